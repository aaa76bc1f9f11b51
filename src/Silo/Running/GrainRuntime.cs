using System.Text.Encodings.Web;
using System.Text.Json;
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

    /// <summary>How snapshots are written, by either runtime.</summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

#if ORLEANS
    public static IServiceCollection AddGrainRuntime(this IServiceCollection services, DataFolder data) => services.AddOrleans(silo =>
    {
        silo.UseLocalhostClustering(serviceId: ServiceId, clusterId: ServiceId);
        silo.AddAdoNetGrainStorage(Snapshots, (AdoNetGrainStorageOptions storage) =>
        {
            storage.Invariant = SqliteSnapshotTables.Invariant;
            storage.ConnectionString = new SqliteSnapshotTables(data).ConnectionString;
        });
        silo.Services.AddSingleton<IGrainStorageSerializer, SnapshotSerializer>();
    });

    /// <summary>A snapshot is a cache: one that cannot be read is as good as none, and must not keep its grain from starting.</summary>
    private sealed class SnapshotSerializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Json));

        public T? Deserialize<T>(BinaryData input)
        {
            try
            {
                return JsonSerializer.Deserialize<T>(input, Json);
            }
            catch (JsonException)
            {
                return Activator.CreateInstance<T>();
            }
        }
    }
#else
    public static IServiceCollection AddGrainRuntime(this IServiceCollection services, DataFolder data) => services.AddEmbeddedGrains(runtime =>
    {
        runtime.Assemblies.Add(typeof(IJournal).Assembly);
        runtime.AddGrainStorage(Snapshots, provider => new AdoNetGrainStorage(provider.GetRequiredService<SqliteSnapshotTables>().Connect, ServiceId, Json, unreadableIsAbsent: true));
    });
#endif
}
