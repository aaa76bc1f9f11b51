using PublicBuyers.Journal;
using PublicBuyers.Storage;
#if ORLEANS
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;
#else
using PublicBuyers.Embedded;
#endif

namespace PublicBuyers.Running;

/// <summary>The one place that knows which grain runtime runs.</summary>
internal static class GrainRuntime
{
    /// <summary>Part of every row of grain storage.</summary>
    public const string ServiceId = "publicbuyers";

    public const string Snapshots = "snapshots";

#if ORLEANS
    public static IServiceCollection AddGrainRuntime(this IServiceCollection services, DataFolder data) => services.AddOrleans(silo =>
    {
        silo.UseLocalhostClustering(serviceId: ServiceId, clusterId: ServiceId);
        silo.AddAdoNetGrainStorage(Snapshots, (AdoNetGrainStorageOptions storage) =>
        {
            storage.Invariant = SqliteSnapshotTables.Invariant;
            storage.ConnectionString = new SqliteSnapshotTables(data).ConnectionString;
        });
        silo.Services.AddSingleton<IGrainStorageSerializer, TolerantSerializer>();
    });

    /// <summary>A snapshot is a cache: one that cannot be read is as good as none.</summary>
    private sealed class TolerantSerializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T input) => new(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(input, SnapshotJson.Options));

        public T Deserialize<T>(BinaryData input)
        {
            try
            {
                return System.Text.Json.JsonSerializer.Deserialize<T>(input, SnapshotJson.Options)!;
            }
            catch (System.Text.Json.JsonException)
            {
                return Activator.CreateInstance<T>();
            }
        }
    }
#else
    public static IServiceCollection AddGrainRuntime(this IServiceCollection services, DataFolder data) => services.AddEmbeddedGrains(runtime =>
    {
        runtime.Assemblies.Add(typeof(IJournal).Assembly);
        runtime.AddGrainStorage(Snapshots, provider => new AdoNetGrainStorage(provider.GetRequiredService<SqliteSnapshotTables>().Connect, ServiceId, SnapshotJson.Options));
    });
#endif
}

/// <summary>How snapshots are written, by either runtime.</summary>
internal static class SnapshotJson
{
    public static readonly System.Text.Json.JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
