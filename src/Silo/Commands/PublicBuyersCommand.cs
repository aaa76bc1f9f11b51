using System.CommandLine;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>What people ask of the executable. Without a command it serves.</summary>
internal static class PublicBuyersCommand
{
    public static Task<int> Run(string[] args)
    {
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
        return Serving(root).Parse(args).InvokeAsync();
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
        command.SetAction((given, cancel) => Serve(
            () => ServerOptions.Read(given.GetValue(settings) ?? [], given.GetValue(demo), given.GetValue(data), given.GetValue(url)),
            given.GetValue(fresh),
            given.InvocationConfiguration.Output,
            given.InvocationConfiguration.Error,
            cancel));
        return command;
    }

    private static async Task<int> Serve(Func<ServerOptions> read, bool fresh, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            var options = read();
            if (fresh)
            {
                if (!options.Demo) throw new ConfigurationException("\"--fresh\" deletes a demonstration folder and makes it anew. Give it together with --demo.");

                DataFolder.DiscardDemonstration(options.DataFolder);
            }

            using var data = DataFolder.Open(options.DataFolder, TimeProvider.System.GetUtcNow(), options.Demo);
            await using var server = PublicBuyersServer.Build(options, data);
            await server.StartAsync(cancel);
            await Greeting.Print(server.Services, options, output);
            await server.WaitForShutdownAsync(cancel);
            return ExitCodes.Done;
        }
        catch (Exception refused) when (refused is ConfigurationException or DataFolderException)
        {
            await errors.WriteLineAsync(refused.Message);
            return ExitCodes.Refused;
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await errors.WriteLineAsync($"{taken.Message} Stop what is listening there, or give another address with --url http://localhost:5081.");
            return ExitCodes.Refused;
        }
    }
}
