using System.CommandLine;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>What people ask of the executable. Without a command it serves.</summary>
internal static class PublicBuyersCommand
{
    /// <summary>Longer than the server takes to stop in order: what is under way is stored before the process ends.</summary>
    private static readonly TimeSpan LongestEnd = PublicBuyersServer.LongestStop + TimeSpan.FromSeconds(10);

    /// <summary>How long the end waits for who reads the log.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    public static Task<int> Run(string[] args)
    {
        Posix.KeepToOwner();
        var time = TimeProvider.System;
        var data = CommandLine.Data();
        var root = new RootCommand("PublicBuyers: live collaboration for communities of public buyers.")
        {
            Serving(new System.CommandLine.Command("serve", "Runs the server; so does no command at all.")),
            InitCommand.Create(data, time),
            DoctorCommand.Create(),
            MailTestCommand.Create(time),
            VerifyCommand.Create(data),
            BackupCommand.Create(data, time),
            RestoreCommand.Create(data, time),
            AdministratorLinkCommand.Create(time),
        };
        return Serving(root).Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = LongestEnd });
    }

    private static T Serving<T>(T command) where T : System.CommandLine.Command
    {
        var demo = new Option<bool>("--demo") { Description = "Use a data folder of its own, ./data-demo, with demonstration data. Deleting the folder removes them." };
        var fresh = new Option<bool>("--fresh") { Description = "With --demo: delete the demonstration folder first and make it anew, with a present that ends today." };
        var data = new Option<string?>("--data") { Description = "The data folder; ./data, or ./data-demo with --demo.", HelpName = "folder" };
        var url = new Option<string?>("--url") { Description = $"Where to listen; {ServerOptions.DefaultUrl}." };
        var settings = new Argument<string[]>("settings") { Description = "Settings, such as PublicBuyers:BaseUrl=https://buyers.example", Arity = ArgumentArity.ZeroOrMore };
        foreach (var option in new Option[] { demo, fresh, data, url }) command.Add(option);
        command.Add(settings);
        command.SetAction((given, cancel) => Serving(
            () => ServerOptions.Read(given.SettingsIn(settings), given.GetValue(demo), given.GetValue(data), given.GetValue(url)),
            given.GetValue(fresh),
            given.InvocationConfiguration.Error,
            cancel));
        return command;
    }

    private static async Task<int> Serving(Func<ServerOptions> read, bool fresh, TextWriter errors, CancellationToken cancel)
    {
        var log = LogOutput.TakeOver();
        ServerOptions? options = null;
        try
        {
            options = read();
            if (fresh)
            {
                if (!options.Demo) throw new ConfigurationException("\"--fresh\" deletes a demonstration folder and makes it anew. Give it together with --demo.");

                DataFolder.DiscardDemonstration(options.DataFolder);
            }

            await Serve(options, log, cancel);
            return ExitCodes.Done;
        }
        catch (Exception refused) when (WhyNot(refused, options) is { } why)
        {
            await errors.WriteLineAsync(why);
            return ExitCodes.Refused;
        }
        finally
        {
            await log.Drain(LastWords);
        }
    }

    private static async Task Serve(ServerOptions options, LogOutput log, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (options.ServesHttps) ServerCertificate.Of(options.Kestrel)?.CheckDates(now);
        Listening.Try(options);
        using var data = DataFolder.Open(options.DataFolder, now, options.Demo, options.NewFolder);
        DemonstrationGuard.Check(data, options, options.Url.Split(';'));
        await using var server = PublicBuyersServer.Build(options, data);
        var run = server.Services.GetRequiredService<RunLog>();
        log.WorksAgain = run.Lost;
        await server.StartAsync(cancel);
        DemonstrationGuard.Check(data, options, server.Urls);

        foreach (var warning in options.Warnings) run.Warn(warning);
        foreach (var note in data.Notes) run.Note(note);
        if (Greeting.IsLogged) Greeting.Log(server.Services, run);
        run.Started(ServerVersion.Text, string.Join(' ', server.Urls), SettingValues.InForce(options));
        if (!Greeting.IsLogged) await Greeting.Print(server.Services, options, log);
        await server.WaitForShutdownAsync(cancel);
        run.Stopped(ServerVersion.Text);
    }

    /// <summary>One sentence for what an operator can change; none for a fault of ours.</summary>
    private static string? WhyNot(Exception fault, ServerOptions? options) =>
        Listening.WhyNot(fault, options) ?? CommandLine.WhyNot(fault, options?.DataFolder);
}
