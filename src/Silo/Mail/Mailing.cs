using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

internal static class Mailing
{
    public static void AddMail(this IServiceCollection services, ServerOptions options, DataFolder data)
    {
        services.AddSingleton<IMailWriter>(new MailWriter(options.PublicUrl, options.SupportAddress));
        services.AddSingleton<SqliteOutbox>();
        services.AddSingleton<IMailbox>(provider => provider.GetRequiredService<SqliteOutbox>());
        services.AddSingleton<IMailDesk>(provider => provider.GetRequiredService<SqliteOutbox>());
        services.AddSingleton(new MailMessages(options.MailFrom, options.PublicUrl.Host));
        services.AddSingleton<IMailTransport>(provider => options.SmtpServer is { } server
            ? new SmtpTransport(server, provider.GetRequiredService<MailMessages>(), provider.GetRequiredService<TimeProvider>())
            : new MailFolder(data.MailFolder, provider.GetRequiredService<MailMessages>()));
        services.AddMetrics();
        services.AddHostedService<MailSender>();
    }
}
