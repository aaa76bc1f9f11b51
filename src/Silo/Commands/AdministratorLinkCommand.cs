using System.CommandLine;
using PublicBuyers.Journal;
using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary><c>administrator-link</c>: a way in for an operator who is locked out, while the server is stopped.</summary>
internal static class AdministratorLinkCommand
{
    /// <summary>Facts read in one go.</summary>
    private const int PageOfFacts = 1_000;

    public static System.CommandLine.Command Create(TimeProvider time)
    {
        var data = new Option<string?>("--data") { Description = "The data folder. Default: ./data.", HelpName = "folder" };
        var url = CommandLine.Url();
        var settings = new Argument<string[]>("settings") { Description = "Settings, as for serve.", Arity = ArgumentArity.ZeroOrMore };
        var command = new System.CommandLine.Command(
            "administrator-link",
            "Prints a one-time link by which somebody becomes administrator. While the server runs, that is the "
                + "one its start made, if there "
            + "was no administrator; while it is stopped, a new one, and earlier links stop working. Ends with "
                + "0 when a link was printed, 1 when not.") { data, url, settings };
        return command.Does(async (given, output, cancel) =>
        {
            var options = ServerOptions.Read(
                given.SettingsIn(settings), demo: false, given.GetValue(data), given.GetValue(url));
            await Make(options, time.GetUtcNow(), output, cancel);
            return ExitCodes.Done;
        });
    }

    internal static async Task Make(ServerOptions options, DateTimeOffset now, TextWriter output, CancellationToken cancel)
    {
        DataFolderLayout.At(options.DataFolder).ReadMarker();   // a folder that is none is not made one

        try
        {
            using var folder = DataFolder.Open(options.DataFolder, now, making: NewFolder.Never);
            await MakeNew(options, folder, now, output, cancel);
        }
        catch (DataFolderInUseException running)
        {
            var layout = DataFolderLayout.At(options.DataFolder);
            if (AdministratorLinkFile.Read(layout, now) is not { } link)
                throw new DataFolderException(
                    $"{running.Message} Its start made no administrator link, or that one was used or is too old: "
                        + "stop the server, then try again.", running);

            await Print(link, "Open it", output);
        }
    }

    private static async Task MakeNew(
        ServerOptions options,
        DataFolder folder,
        DateTimeOffset now,
        TextWriter output,
        CancellationToken cancel
    )
    {
        await using var journal = new SqliteJournal(folder);
        var (token, hash) = FirstStart.NewToken();
        var invited = FactCodec<AdministrationEvent>.Write(new AdministrationEvent.AdministratorInvited(hash, null));
        var stored = await journal.Append(new(Streams.Platform, await Newest(journal, cancel), [invited], MemberId.System, now, [], null), cancel);
        if (stored is not AppendResult.Stored) throw new DataFolderException($"\"{folder.Root}\" was written to meanwhile. Stop the server, then try again.");

        AdministratorLinkFile.Remove(folder.Layout);
        await Print(FirstStart.LinkOf(options, token), "Start the server and open it", output);
    }

    private static async Task Print(string link, string what, TextWriter output)
    {
        await output.WriteLineAsync(link);
        await output.WriteLineAsync(
            $"{what} within {AdministratorLimits.LinkLasts.TotalHours:0} hours of when it was made. It works "
                + $"once. Earlier links do not work.");
    }

    private static async Task<long> Newest(IJournal journal, CancellationToken cancel)
    {
        var (newest, page) = (0L, await journal.ReadStream(Streams.Platform, 0, PageOfFacts, cancel));
        while (!page.IsEmpty)
        {
            newest = page[^1].Sequence;
            page = await journal.ReadStream(Streams.Platform, newest, PageOfFacts, cancel);
        }

        return newest;
    }
}
