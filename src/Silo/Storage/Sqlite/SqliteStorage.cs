using Microsoft.Extensions.DependencyInjection.Extensions;
using PublicBuyers.Bridges;
using PublicBuyers.Attachments;
using PublicBuyers.Communities;
using PublicBuyers.Directories;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Platform;
using PublicBuyers.Publications;
using PublicBuyers.Search;
using PublicBuyers.SignIn;

namespace PublicBuyers.Storage;

/// <summary>Storage on one machine, for the composition root.</summary>
internal static class SqliteStorage
{
    /// <summary>Registers what <c>Ports.cs</c> and the journal ask for. The folder stays the caller's: it is closed after the services are.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, DataFolder folder)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IClock, SystemClock>();
        services.TryAddSingleton<INewIds, NewIds>();
        services.TryAddSingleton(new FileQuotas());
        services.TryAddSingleton<IVirusScanner, NoScanner>();
        services.TryAddSingleton(provider => new FileChecks(
            provider.GetRequiredService<IVirusScanner>(), ScannerAway.Refuse, provider.GetRequiredService<ILogger<FileChecks>>()));
        return services
            .AddSingleton(folder)
            .AddSingleton(provider => new SqliteJournal(folder, provider.GetService<ILogger<SqliteJournal>>()))
            .AddSingleton<IJournal>(provider => provider.GetRequiredService<SqliteJournal>())
            .AddSingleton<IStreamHeads>(provider => provider.GetRequiredService<SqliteJournal>())
            .AddSingleton(provider => new SqliteDirectory(folder, provider.GetRequiredService<IJournal>(), DirectoryFollowerGrain.Partitions, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IDirectoryRows>(provider => provider.GetRequiredService<SqliteDirectory>())
            .AddSingleton<ICommunityDirectory>(provider => provider.GetRequiredService<SqliteDirectory>())
            .AddSingleton<IMemberDirectory>(provider => provider.GetRequiredService<SqliteDirectory>())
            .AddSingleton<IPublications, SqlitePublications>()
            .AddSingleton<IVitality, SqliteVitality>()
            .AddSingleton<IBridges, SqliteBridges>()
            .AddSingleton<IAdministrators, SqliteAdministrators>()
            .AddSingleton<IListedMembers, SqliteListedMembers>()
            .AddSingleton(provider => new SqlitePostIndex(folder, provider.GetRequiredService<IJournal>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IPostRows>(provider => provider.GetRequiredService<SqlitePostIndex>())
            .AddSingleton<IPostSearch>(provider => provider.GetRequiredService<SqlitePostIndex>())
            .AddSingleton<IFollowerCursors, SqliteFollowerCursors>()
            .AddSingleton<IReadMarks, SqliteReadMarks>()
            .AddSingleton<SqliteQuarantine>()
            .AddSingleton<IQuarantineLog>(provider => provider.GetRequiredService<SqliteQuarantine>())
            .AddSingleton<IQuarantine>(provider => provider.GetRequiredService<SqliteQuarantine>())
            .AddSingleton<SqliteSnapshotTables>()
            .AddSingleton(new Secrets(folder.SecretsKey))
            .AddSingleton<ISecrets>(provider => provider.GetRequiredService<Secrets>())
            .AddSingleton<IAddressKeys, AddressKeys>()
            .AddSingleton<AttachmentFiles>()
            .AddSingleton<IAttachmentFiles>(provider => provider.GetRequiredService<AttachmentFiles>())
            .AddSingleton<IFormFiles, FormFiles>()
            .AddSingleton<IPostedFiles>(provider => provider.GetRequiredService<AttachmentFiles>())
            .AddHostedService<Upkeep>();
    }
}
