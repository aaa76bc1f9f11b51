using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace PublicBuyers.Mails;

/// <summary>Hands mail to a mail server: many mails on one connection.</summary>
/// <param name="dkim">Signs each mail; none: they leave without a signature.</param>
internal sealed class SmtpTransport(SmtpServer server, TimeProvider time, DkimKey? dkim = null) : IMailTransport
{
    private static readonly TimeSpan patienceToLeave = TimeSpan.FromSeconds(2);

    private SmtpConnection? connection;
    private bool wasRecipientTaken;

    public async Task<Delivery.Away?> Open(CancellationToken cancel)
    {
        if (connection is not null)
            return null;

        using var patience = new CancellationTokenSource(server.PatienceToConnect, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            connection = await SmtpConnection.Open(server, end.Token);
            return null;
        }
        catch (MailServerAwayException away)
        {
            return new(away.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(
                $"The mail server \"{server}\" did not answer within {server.PatienceToConnect.TotalSeconds:0} s."
            );
        }
    }

    public async Task<Delivery> Send(MimeMessage message, CancellationToken cancel)
    {
        var isReused = connection is { IsUsed: true };
        var delivery = await TrySend(message, cancel);

        // Servers close a connection after some time or some mails. Where nothing of this mail can have left,
        // a new one is tried at once.
        var isAnotherTry = isReused && delivery is Delivery.Broken && !wasRecipientTaken;
        return isAnotherTry ? await TrySend(message, cancel) : delivery;
    }

    public async Task Rest(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref connection, null) is not { } open)
            return;

        using (open)
        using (var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            enough.CancelAfter(patienceToLeave);
            await open.DisconnectAsync(quit: true, enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync() => await Rest(default);

    private async Task<Delivery> TrySend(MimeMessage message, CancellationToken cancel)
    {
        wasRecipientTaken = false;
        if (await Open(cancel) is { } away)
            return away;

        using var patience = new CancellationTokenSource(server.Patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            return await Hand(connection!, message, end.Token);
        }
        catch (SmtpCommandException refused)
        {
            var delivery = SmtpReply.Of(refused).AsDelivery();
            if (delivery is Delivery.Broken)
                Drop();
            return delivery;
        }
        catch (ServiceNotAuthenticatedException wanted)
        {
            Drop();
            return new Delivery.Broken($"The mail server \"{server}\" wants us to sign in first: {wanted.Message}");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Drop();
            throw;
        }
        catch (Exception) when (patience.IsCancellationRequested)
        {
            Drop();
            return new Delivery.Broken($"No acceptance within {server.Patience.TotalSeconds:0} s.");
        }
        catch (Exception lost) when (SmtpConnection.IsOfTheConnection(lost))
        {
            Drop(); // what the library says here quotes the answer before
            return new Delivery.Broken($"The mail server \"{server}\" broke off the connection.");
        }
        catch
        {
            Drop();
            throw;
        }
    }

    private async Task<Delivery> Hand(SmtpConnection open, MimeMessage message, CancellationToken cancel)
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = MailMessages.IsBeyondAscii(message);
        if (format.International && !open.TakesEveryAddress)
            return new Delivery.Refused(
                $"The mail server \"{server}\" lacks SMTPUTF8: it takes no address with letters beyond a-z before "
                    + $"the @.",
                IsAddress: false
            );

        dkim?.Sign(message, format);
        return new Delivery.Accepted(await open.Hand(format, message, cancel));
    }

    private void Drop()
    {
        wasRecipientTaken = connection?.IsRecipientTaken ?? false;
        connection?.Dispose();
        connection = null;
    }
}
