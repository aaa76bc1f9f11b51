using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

internal static class Mailing
{
    public static void AddMail(this IServiceCollection services, ServerOptions options, DataFolder data)
    {
        services.AddSingleton<IMailWriter>(
            new CarefulMailWriter(new MailWriter(options.PublicUrl, options.SupportAddress))
        );
        services.AddSingleton<SqliteOutbox>();
        services.AddSingleton<IMailbox>(provider => provider.GetRequiredService<SqliteOutbox>());
        services.AddSingleton<IMailDesk>(provider => provider.GetRequiredService<SqliteOutbox>());
        services.AddSingleton(new MailMessages(options.MailFrom, options.PublicUrl.Host));
        services.AddSingleton<Func<IMailTransport>>(provider =>
            Transports(options, data.MailFolder, provider.GetRequiredService<TimeProvider>())
        );
        services.AddMetrics();
        services.AddSingleton<MailMeter>();
        services.AddSingleton<MailReview>();
        services.AddHostedService<MailSender>();
    }

    /// <summary>The way out that is configured, as often as one is wanted.</summary>
    /// <exception cref="ConfigurationException">A file that is named cannot be read.</exception>
    public static Func<IMailTransport> Transports(ServerOptions options, string mailFolder, TimeProvider time)
    {
        if (options.SmtpServer is not { } server)
            return () => new MailFolder(mailFolder);

        var dkim = options.Dkim;
        return () => new SmtpTransport(server, time, dkim);
    }
}
