using PublicBuyers.Attachments;

namespace PublicBuyers.Storage;

/// <summary>What is asked of the world around before a file is kept: the virus scanner, and the disk.</summary>
internal sealed partial class FileChecks(IVirusScanner scanner, ScannerAway away, ILogger<FileChecks> log)
{
    /// <summary>The disk of a folder. For tests: another one.</summary>
    /// <exception cref="NotStoredException">The folder is missing.</exception>
    public Func<string, (long Free, long Size)> Disk { get; init; } = DiskOf;

    private static (long Free, long Size) DiskOf(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (DriveNotFoundException fault)
        {
            throw new DiskNotWrittenException(FolderRights.IsMissing(folder), fault);
        }
    }

    /// <summary>None: the scanner found nothing, or may be passed over.</summary>
    public async Task<Refusal?> WhyInfected(Stream file, CancellationToken cancel)
    {
        switch (await scanner.Scan(file, cancel))
        {
            case ScanResult.Infected infected:
                LogInfected(infected.Signature);
                return new AttachmentRefusal.Infected(infected.Signature);
            case ScanResult.Away gone:
                LogAway(gone.Why, away);
                return away is ScannerAway.Refuse ? new AttachmentRefusal.ScannerAway() : null;
            default:
                return null;
        }
    }

    [LoggerMessage(
        2023,
        LogLevel.Warning,
        "The virus scanner found {Signature} in an uploaded file; the file was refused"
    )]
    private partial void LogInfected(string signature);

    [LoggerMessage(
        2024,
        LogLevel.Error,
        "The virus scanner did not check an uploaded file: {Why} The setting VirusScannerAway is {Away}"
    )]
    private partial void LogAway(string why, ScannerAway away);
}
