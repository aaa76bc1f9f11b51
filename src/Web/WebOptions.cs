namespace PublicBuyers;

/// <summary>What the web side is told by configuration.</summary>
public sealed record WebOptions
{
    /// <summary>The address people use. Links in mail come from it, never from a Host header.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>Demonstration data: whoever tries it may be any of its people by one click.</summary>
    public bool Demonstration { get; init; }

    /// <summary>Others than this machine may come to the demonstration.</summary>
    public bool DemonstrationIsPublic { get; init; }

    /// <summary>The server has a certificate of its own and listens with it.</summary>
    public bool EndsTls { get; init; }

    /// <summary>Mail leaves through a mail server: an address can be verified by it. Otherwise mail is written into a folder.</summary>
    public bool SendsMail { get; init; }

    /// <summary>Origins that may open the live connection, besides the base URL's own.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Names people may use in place of the base URL's: <c>buyers.example</c>, <c>*.buyers.example</c>.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Nobody's by default.</summary>
    public IReadOnlyList<System.Net.IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Live connections of one member at a time.</summary>
    public int MostConnections { get; init; } = 20;

    /// <summary>Connections from one client address at a time: live ones, and those of any kind below HTTP.</summary>
    public int MostConnectionsPerAddress { get; init; } = 1_000;

    /// <summary>Whom to tell of a weakness, as a URI; none: there is no <c>/.well-known/security.txt</c>.</summary>
    public string? SecurityContact { get; init; }

    /// <summary>Commands (posts, edits, deletions) of one member in ten seconds.</summary>
    public int MostCommands { get; init; } = 60;

    /// <summary>Requests of one network address in a minute.</summary>
    public int MostRequests { get; init; } = 3_000;

    /// <summary>How long a request for what happens next is held when nothing does.</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Whom people write to when mail does not come (R7).</summary>
    public string SupportAddress { get; init; } = "support@localhost";

    /// <summary>There is Orleans' dashboard at <see cref="Layout.Paths.Grains"/>, for administrators.</summary>
    public bool ShowsGrains { get; init; }

    public bool IsSecure => BaseUrl.Scheme == Uri.UriSchemeHttps;
}
