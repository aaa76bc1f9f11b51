namespace PublicBuyers.Storage;

/// <summary>Looks for malicious content in a file before it is kept.</summary>
internal interface IVirusScanner
{
    /// <summary>Reads the file from its start to its end. Never throws for a scanner that cannot be reached.</summary>
    Task<ScanResult> Scan(Stream file, CancellationToken cancel);
}

/// <summary>What a scanner said.</summary>
internal abstract record ScanResult
{
    private ScanResult() { }

    public sealed record Clean : ScanResult
    {
        public static readonly Clean One = new();
    }

    /// <param name="Signature">Its name for what it found; printable, short.</param>
    public sealed record Infected(string Signature) : ScanResult;

    /// <summary>Not reached, or it did not look.</summary>
    public sealed record Away(string Why) : ScanResult;
}

/// <summary>None is configured.</summary>
internal sealed class NoScanner : IVirusScanner
{
    public Task<ScanResult> Scan(Stream file, CancellationToken cancel) =>
        Task.FromResult<ScanResult>(ScanResult.Clean.One);
}

/// <summary>What happens to a file while the scanner does not answer.</summary>
internal enum ScannerAway
{
    /// <summary>It is not taken; whoever sends it is asked to try again.</summary>
    Refuse,

    /// <summary>It is taken unseen, and the log says so.</summary>
    Accept,
}
