using System.Text.Encodings.Web;
using System.Text.Json;
using Orleans.Configuration;
using Orleans.Storage;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>The grains of a server that is alone: one Orleans silo inside this process.</summary>
internal static class OneSilo
{
    /// <summary>Part of every row of grain storage.</summary>
    private const string ServiceId = "publicbuyers";

    private const string Snapshots = "snapshots";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IServiceCollection AddOneSilo(this IServiceCollection services, DataFolder data) => services.AddOrleans(silo =>
    {
        // Nobody binds these numbers: the transport below has no port. Any number of servers may run on one machine.
        silo.UseLocalhostClustering(EndpointOptions.DEFAULT_SILO_PORT, EndpointOptions.DEFAULT_GATEWAY_PORT, serviceId: ServiceId, clusterId: ServiceId);
        silo.Services.UseTransportWithoutPort();
        // All grains are here: the cache of where they are would take 19 MB for nothing.
        silo.Configure<GrainDirectoryOptions>(directory => directory.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.None);
        // The default looks for the process with the most room, and of several silos puts all grains on one.
        silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
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
}
