using System.CommandLine;
using Microsoft.Data.Sqlite;
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
        command.SetAction(async (given, cancel) =>
        {
            var (output, errors) = (given.InvocationConfiguration.Output, given.InvocationConfiguration.Error);
            try
            {
                var options = ServerOptions.Read(
                    given.GetValue(settings) ?? [], demo: false, given.GetValue(data), given.GetValue(url));
                await Make(options, time.GetUtcNow(), output, cancel);
                return ExitCodes.Done;
            }
            catch (Exception refused) when (refused is ConfigurationException or DataFolderException or IOException or UnauthorizedAccessException or SqliteException)
            {
                await errors.WriteLineAsync(CommandLine.Said(refused));
                return ExitCodes.Refused;
            }
        });
        return command;
    }

    internal static async Task Make(ServerOptions options, DateTimeOffset now, TextWriter output, CancellationToken cancel)
    {
        if (!Directory.Exists(options.DataFolder))
            throw new DataFolderException($"There is no data folder \"{Path.GetFullPath(options.DataFolder)}\". Name the folder of your server with --data.");

        try
        {
            using var folder = DataFolder.Open(options.DataFolder, now);
            await MakeNew(options, folder, now, output, cancel);
        }
        catch (DataFolderInUseException running)
        {
            var layout = DataFolderLayout.At(options.DataFolder);
            if (AdministratorLinkFile.Read(layout, now) is not { } link)
                throw new DataFolderException(
                    $"{running.Message} Its start made no administrator link, or that one is over: stop the "
                        + $"server, then try again.", running);

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
