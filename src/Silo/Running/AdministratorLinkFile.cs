using System.Text;
using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>
/// The link that makes the first administrator, in a file of the data folder that only the server's own account can
/// read. It is in no log: more people read logs, and for longer, than may become administrator.
/// </summary>
internal static class AdministratorLinkFile
{
    public static void Write(DataFolderLayout layout, string link) =>
        PrivateFiles.Write(layout.AdministratorLink, Encoding.UTF8.GetBytes(link + "\n"));

    /// <returns>None where there is no file, or the link in it has ended by its age.</returns>
    public static string? Read(DataFolderLayout layout, DateTimeOffset now)
    {
        var file = new FileInfo(layout.AdministratorLink);
        return file.Exists && now - new DateTimeOffset(file.LastWriteTimeUtc) < AdministratorLimits.LinkLasts
            ? File.ReadAllText(file.FullName).Trim()
            : null;
    }

    public static void Remove(DataFolderLayout layout) => File.Delete(layout.AdministratorLink);
}
