using System.CommandLine;
using System.Globalization;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>
/// <c>mail-test ADDRESS</c>: sends one mail by the settings in force and says what the mail server answered.
/// </summary>
internal static class MailTestCommand
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    /// <summary>So often it says that it still waits.</summary>
    private static readonly TimeSpan step = TimeSpan.FromSeconds(10);

    public static System.CommandLine.Command Create(TimeProvider time)
    {
        var address = new Argument<string>("address") { Description = "Where to send it." };
        var data = new Option<string?>("--data") { Description = "The data folder. Default: ./data." };
        var url = CommandLine.Url();
        var settings = new Argument<string[]>("settings")
        {
            Description = "Settings, as for serve.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new System.CommandLine.Command(
            "mail-test",
            "Sends one mail and says what the mail server answered; may run beside the server. Exit code 1 when "
                + "it was not accepted."
        )
        {
            address,
            data,
            url,
            settings,
        };
        command.SetAction(
            async (given, cancel) =>
                await Send(
                    given.GetRequiredValue(address),
                    () =>
                        ServerOptions.Read(
                            given.SettingsIn(settings),
                            demo: false,
                            given.GetValue(data),
                            given.GetValue(url)
                        ),
                    time,
                    given.InvocationConfiguration.Output,
                    given.InvocationConfiguration.Error,
                    cancel
                )
        );
        return command;
    }

    internal static async Task<int> Send(
        string address,
        Func<ServerOptions> read,
        TimeProvider time,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancel
    )
    {
        ServerOptions? options = null;
        try
        {
            options = read();
            var layout = DataFolderLayout.At(options.DataFolder);
            var folder = layout.Mail;
            if (options.SmtpServer is null)
            {
                layout.ReadMarker();   // a folder that is none of ours gets no mail
                DataFolder.RefuseRoot(layout);
                PrivateFiles.MakeFolder(folder);
            }

            var way = options.SmtpServer is { } server
                ? $"The mail server \"{server}\""
                : $"The mail folder \"{folder}\"";
            await using var transport = Mailing.Transports(options, folder, time)();
            var message = new MailMessages(options.MailFrom, options.PublicUrl.Host).Of(
                Test(address, options, time.GetUtcNow()),
                time.GetUtcNow()
            );

            using var enough = new CancellationTokenSource(patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, enough.Token);
            var delivery = options.SmtpServer is { } asked
                ? await Telling(asked, address, transport.Send(message, both.Token), time, output)
                : await transport.Send(message, both.Token);
            return Say(delivery, address, way, output, errors);
        }
        catch (Exception refused) when (refused is FormatException || CommandLine.WhyNot(refused) is not null)
        {
            await errors.WriteLineAsync(CommandLine.WhyNot(refused) ?? refused.Message);
            return ExitCodes.Refused;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await errors.WriteLineAsync(
                $"The mail server \"{options?.SmtpServer}\" did not accept the mail within "
                    + $"{patience.TotalSeconds:0} s. Run `doctor` for more."
            );
            return ExitCodes.Refused;
        }
    }

    /// <summary>Says what is being done, and again while nothing comes of it.</summary>
    private static async Task<Delivery> Telling(
        SmtpServer server,
        string address,
        Task<Delivery> sending,
        TimeProvider time,
        TextWriter output
    )
    {
        using var timer = new PeriodicTimer(step, time);
        await output.WriteLineAsync(
            $"Sending a mail to \"{address}\" through \"{server}\", for {patience.TotalSeconds:0} s at most …"
        );
        await output.FlushAsync();
        for (var left = patience - step; ; left -= step)
        {
            var next = timer.WaitForNextTickAsync().AsTask();
            if (await Task.WhenAny(sending, next) == sending)
                return await sending;

            await output.WriteLineAsync($"No answer yet; waiting for {left.TotalSeconds:0} s more …");
            await output.FlushAsync();
        }
    }

    private static Mail Test(string address, ServerOptions options, DateTimeOffset now) =>
        new MailWriter(options.PublicUrl, options.SupportAddress).Test(
            string.Create(CultureInfo.InvariantCulture, $"mail-test.{now.UtcTicks}"),
            address,
            Languages.Default
        );

    private static int Say(Delivery delivery, string address, string way, TextWriter output, TextWriter errors)
    {
        switch (delivery)
        {
            case Delivery.Accepted accepted:
                output.WriteLine(
                    $"{way} took the mail to \"{address}\". It answered: {SmtpConnection.Sentence(accepted.Said)}"
                );
                return ExitCodes.Done;
            case Delivery.Later later:
                errors.WriteLine(
                    $"{way} does not take the mail to \"{address}\" now, and the server would try again. It "
                        + $"answered: {SmtpConnection.Sentence(later.Said)}"
                );
                break;
            case Delivery.Refused refused:
                errors.WriteLine($"{way} refuses the mail to \"{address}\". {SmtpConnection.Sentence(refused.Said)}");
                break;
            default:
                errors.WriteLine(
                    $"{way} did not take the mail to \"{address}\", and it was not sent. "
                        + $"{SmtpConnection.Sentence(delivery.Said)} Run `doctor` for more."
                );
                break;
        }

        return ExitCodes.Refused;
    }
}
