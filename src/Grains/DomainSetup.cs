using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Platform;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers;

/// <summary>The domain, for the composition root. What it asks of the world (<c>Ports.cs</c>, <see cref="IJournal"/>) is registered there.</summary>
internal static class DomainSetup
{
    public static IServiceCollection AddDomain(this IServiceCollection services) => services
        .AddSingleton<Workbench>()
        .AddSingleton<IAccounts, Accounts>()
        .AddSingleton<IAcquaintances, Acquaintances>()
        .AddSingleton<IMailCheck, MailCheck>()
        .AddSingleton<IEffect, SignInMail>()
        .AddSingleton<IEffect, InvitationFollows>()
        .AddSingleton<IEffect, InvitationMail>()
        .AddSingleton<IEffect, Appointment>()
        .AddSingleton<IEffect, AdministratorNotices>()
        .AddSingleton<IEffect, InboxEffect>()
        .AddSingleton<IEffect, HidingNotices>()
        .AddSingleton<IEffect, PostedFiles>()
        .AddSingleton<IEffect, StandingNotices>()
        .AddSingleton<IEffect, TrustEffect>()
        .AddSingleton<IEffect, ClosingNotices>()
        .AddSingleton<IEffect, ClearingEffect>()
        .AddSingleton<IEffect, PublicationEffect>()
        .AddSingleton<IEffect, PublicationNotices>()
        .AddSingleton<IEffect, BridgeNotices>()
        .AddSingleton<IEffect, QueueEffect>()
        .AddSingleton<IEffect, QueueNotices>()
        .AddSingleton<NamesInMail>()
        .AddSingleton<IEffect, QueueMail>()
        .AddSingleton<IEffect, ArrivalEffect>()
        .AddSingleton<IEffect, DutyEffect>()
        .AddHostedService<FollowerDriver>();
}
