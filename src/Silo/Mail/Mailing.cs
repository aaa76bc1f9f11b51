using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

internal static class Mailing
{
    public static void AddMail(this IServiceCollection services, ServerOptions options, DataFolder data)
    {
        services.AddSingleton<IMailWriter>(new MailWriter(options.PublicUrl, options.SupportAddress));
        services.AddSingleton<IMailbox>(new MailFolder(data.MailFolder, options.MailFrom, options.PublicUrl.Host));
    }
}
