using PublicBuyers.Attachments;

namespace PublicBuyers.Storage;

/// <summary>In <c>tmp</c> of the data folder, so that they take no other disk, and only as much of it as uploads may.</summary>
internal sealed class FormFiles : IFormFiles
{
    private readonly string folder;
    private readonly FileQuotas quotas;
    private readonly FileChecks checks;

    public FormFiles(DataFolder data, FileQuotas quotas, FileChecks checks)
    {
        (folder, this.quotas, this.checks) = (data.Layout.Temporary, quotas, checks);
        PrivateFiles.MakeFolder(folder);
        foreach (var left in Directory.EnumerateFiles(folder).ToList()) File.Delete(left);
    }

    public Stream? TryMake()
    {
        var disk = checks.Disk(folder);
        if (disk.Free - AttachmentLimits.Largest < disk.Size / 100 * quotas.LeastFreePercent) return null;

        return PrivateFiles.MakeFile(Path.Combine(folder, Guid.NewGuid().ToString("N")), FileOptions.DeleteOnClose);
    }
}
