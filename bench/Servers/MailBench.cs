using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using PublicBuyers.Mails;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Bench.Servers;

/// <summary>The sender of mail with its outbox, and a bare loop around the library that both send with.</summary>
internal sealed class MailBench(DataFolder data)
{
    private const string Text =
        "Somebody asks to join the community Trams. You moderate "
            + "it.\n\nhttps://buyers.example/communities/trams/queue/7\n";

    private int rounds;

    public static async Task<int> Run(string folder)
    {
        using var data = DataFolder.Open(folder, TimeProvider.System.GetUtcNow());
        var bench = new MailBench(data);
        return await ServerProcess.Answer(
            "http://127.0.0.1",
            async question =>
            {
                var (port, count) = (
                    int.Parse(question[1], CultureInfo.InvariantCulture),
                    int.Parse(question[2], CultureInfo.InvariantCulture)
                );
                var rate = question[0] is "outbox" ? await bench.Outbox(port, count) : await Loop(port, count);
                return rate.ToString(CultureInfo.InvariantCulture);
            }
        );
    }

    /// <summary>Mails a second, from when so many wait until the last is recorded as accepted.</summary>
    private async Task<double> Outbox(int port, int count)
    {
        var clock = new SystemClock(TimeProvider.System);
        await using var outbox = new SqliteOutbox(data, clock);
        rounds++;
        for (var each = 0; each < count; each++)
            await outbox.Deliver(
                new(
                    $"bench.{rounds}.{each}",
                    $"member{each}@{each % 100}.example",
                    "A subject",
                    Text,
                    $"<p>{Text}</p>",
                    "en"
                ),
                default
            );

        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var (recorded, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Scope == meters)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>(
            (_, _, _, _) =>
            {
                if (Interlocked.Increment(ref recorded) == count)
                    all.SetResult();
            }
        );
        listener.Start();

        using var sender = new MailSender(
            outbox,
            new(outbox, new EveryMailIsTrue(), new MailWriter(new("http://buyers.example"), "help@buyers.example"), NullLogger<MailReview>.Instance),
            () => new SmtpTransport(new("127.0.0.1", port, null, SmtpTls.None), TimeProvider.System),
            new("us@buyers.example", "buyers.example"),
            clock,
            TimeProvider.System,
            new(meters, TimeProvider.System),
            NullLogger<MailSender>.Instance
        );
        var began = Stopwatch.GetTimestamp();
        await sender.StartAsync(default);
        await all.Task;
        var rate = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        await sender.StopAsync(default);
        return rate;
    }

    /// <summary>Mails a second on one connection, each written anew.</summary>
    private static async Task<double> Loop(int port, int count)
    {
        var began = Stopwatch.GetTimestamp();
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
        for (var each = 0; each < count; each++)
        {
            using var message = new MimeMessage();
            message.From.Add(new MailboxAddress("PublicBuyers", "us@buyers.example"));
            message.To.Add(new MailboxAddress("", $"member{each}@{each % 100}.example"));
            message.Subject = "A subject";
            message.Body = new MultipartAlternative
            {
                new TextPart("plain") { Text = Text },
                new TextPart("html") { Text = $"<p>{Text}</p>" },
            };
            await client.SendAsync(message);
        }

        await client.DisconnectAsync(quit: true);
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}

/// <summary>The mails of this row are about nothing that could have changed.</summary>
internal sealed class EveryMailIsTrue : IMailCheck
{
    public Task<MailObsolete?> WhyNot(Mail mail) => Task.FromResult<MailObsolete?>(null);
}
