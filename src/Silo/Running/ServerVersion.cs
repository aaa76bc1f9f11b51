using System.Reflection;

namespace PublicBuyers.Running;

/// <summary>Which version this is; set in <c>Directory.Build.props</c>.</summary>
internal static class ServerVersion
{
    public static readonly string Text =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
