using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>
/// The link that makes the first administrator, in a file of the data folder that only the server's own account can
/// read. It is in no log: more people read logs, and for longer, than may become administrator.
/// </summary>
internal static class AdministratorLinkFile
{
    /// <summary>Facts read in one go.</summary>
    private const int PageOfFacts = 1_000;

    public static void Write(DataFolderLayout layout, string link) =>
        PrivateFiles.Write(layout.AdministratorLink, Encoding.UTF8.GetBytes(link + "\n"));

    /// <returns>
    /// None where there is no file, or where the journal says that the link in it does not work: it was used, is too
    /// old, or there is a newer one.
    /// </returns>
    public static string? Read(DataFolderLayout layout, DateTimeOffset now) =>
        LinkIn(layout) is { } link
        && !AdministrationRules.Look(AdministrationIn(layout), FirstStart.HashOf(TokenIn(link)), now).IsRefused
            ? link
            : null;

    public static void Remove(DataFolderLayout layout) => File.Delete(layout.AdministratorLink);

    private static string? LinkIn(DataFolderLayout layout)
    {
        try
        {
            return File.ReadAllText(layout.AdministratorLink).Trim();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static string TokenIn(string link) => link[(link.LastIndexOf('=') + 1)..];

    private static Platform.Administration AdministrationIn(DataFolderLayout layout)
    {
        using var journal = new JournalReader(layout.Journal);
        var administration = Platform.Administration.Empty;
        var page = journal.ReadStream(Streams.Platform, after: 0, PageOfFacts);
        while (page is [.., var last])
        {
            foreach (var fact in page)
                administration = administration.Apply(FactCodec<AdministrationEvent>.Read(fact));
            page = journal.ReadStream(Streams.Platform, last.Sequence, PageOfFacts);
        }

        return administration;
    }

    /// <summary>Effect: the file of a link goes with the link's use.</summary>
    internal sealed class GoesWhenUsed(DataFolder data) : IEffect
    {
        public string Name => "administrator-link";

        public int Partitions => 1;

        public bool Concerns(string type) => type is AdministrationEvent.Accepted;

        public Task Follow(RecordedFact fact, CancellationToken cancel)
        {
            if (
                FactCodec<AdministrationEvent>.Read(fact).Event is AdministrationEvent.InvitationAccepted accepted
                && LinkIn(data.Layout) is { } link
                && FirstStart.HashOf(TokenIn(link)) == accepted.TokenHash
            )
                Remove(data.Layout);
            return Task.CompletedTask;
        }
    }
}
