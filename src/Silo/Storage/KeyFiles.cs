using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace PublicBuyers.Storage;

/// <summary>
/// The keys that seal cookies and forms, in files of the data folder. The framework's own repository makes the folder
/// where it is missing; this one does not, because the data folder may have been moved away from under the server.
/// </summary>
internal sealed class KeyFiles(DataFolder data, ILoggerFactory log) : IXmlRepository
{
    private readonly FileSystemXmlRepository files = new(new(data.Layout.Keys), log);
    private volatile IReadOnlyCollection<XElement> read = [];

    /// <summary>While the folder is missing, those that were read last stay in force.</summary>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        if (Directory.Exists(data.Layout.Keys))
            read = files.GetAllElements();
        return read;
    }

    /// <exception cref="NotStoredException">The folder is missing.</exception>
    public void StoreElement(XElement element, string friendlyName)
    {
        if (!Directory.Exists(data.Layout.Keys))
            throw new DiskNotWrittenException(FolderRights.IsMissing(data.Layout.Keys));

        files.StoreElement(element, friendlyName);
    }
}
