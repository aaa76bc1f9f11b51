using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Security;

/// <summary>
/// A demonstration that was not allowed to be public answers this machine only. It listens on loopback then, but a
/// proxy on the same machine would bring everybody there, and anybody can sign in as any of its people. So what comes
/// through a proxy, or by a name that is not this machine's, is refused with the setting that allows it.
/// </summary>
/// <remarks>
/// A proxy is known by what it says. One that names itself nowhere, speaks HTTP/1.1 and changes the name into localhost
/// is still known by the origin that browsers give with each form: nobody can sign in through it.
/// </remarks>
internal sealed partial class DemonstrationDoor(
    RequestDelegate next,
    TimeProvider time,
    ILogger<DemonstrationDoor> logger
)
{
    public const string Setting = "PublicBuyers:DemonstrationOnPublicAddress";

    private readonly OnceAMinute due = new(time);

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.IsForProbe || WhyForeign(http.Request) is not { } why)
            return next(http);

        if (due.TryTake())
            LogForeign(why, Setting);
        return EarlyRefusal.Answer(
            http,
            StatusCodes.Status403Forbidden,
            new EntranceRefusal.DemonstrationOnly(Setting)
        );
    }

    /// <summary>None: as far as one can see it comes from this machine.</summary>
    private static string? WhyForeign(HttpRequest request)
    {
        if (PassedOn.HeaderOf(request) is { } header)
            return $"it has the header {header}";
        if (!IsThisMachine(request.Host.Host))
            return $"it is for the host \"{request.Host.Host}\"";
        if (HttpProtocol.IsHttp10(request.Protocol))
            return "it is HTTP/1.0, which proxies speak";

        var isForeignPage =
            Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && !IsThisMachine(origin.Host);
        return isForeignPage ? $"it comes from a page of \"{origin!.GetLeftPart(UriPartial.Authority)}\"" : null;
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    [LoggerMessage(
        3114,
        LogLevel.Warning,
        "A request to the demonstration was refused: {Why}. To let others in, where anybody can be any of its "
            + "people, set "
            + "{Setting}=true"
    )]
    private partial void LogForeign(string why, string setting);
}
