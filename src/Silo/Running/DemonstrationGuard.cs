using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>
/// Anybody who can open a demonstration can sign in as any of its people, its administrator too. So it is reached from this machine
/// only, unless the operator says otherwise.
/// </summary>
internal static class DemonstrationGuard
{
    /// <summary>Before anything listens, by what is configured; and again by what is really bound.</summary>
    /// <exception cref="ConfigurationException">Others could reach it.</exception>
    public static void Check(DataFolder data, ServerOptions options, IEnumerable<string> addresses)
    {
        if (!data.IsDemo || options.DemonstrationOnPublicAddress) return;

        foreach (var address in addresses)
            if (!Listening.IsOnlyThisMachine(address))
                throw new ConfigurationException(
                    $"\"{data.Root}\" holds the demonstration, and \"{address}\" can be reached from other machines, where anybody could sign in as any of its people. "
                    + $"Listen on {ServerOptions.DefaultUrl}, or set PublicBuyers:{nameof(ServerOptions.DemonstrationOnPublicAddress)}=true.");
    }
}
