using System.Text.Encodings.Web;
using System.Text.Json;
using PublicBuyers.Storage;
#if ORLEANS
using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Storage;
#else
using PublicBuyers.Embedded;
using PublicBuyers.Journal;
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
        silo.UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: ServiceId, clusterId: ServiceId);   // no clients but this process: no gateway
        silo.AddAdoNetGrainStorage(Snapshots, (AdoNetGrainStorageOptions storage) =>
        {
            storage.Invariant = SqliteSnapshotTables.Invariant;
            storage.ConnectionString = new SqliteSnapshotTables(data).ConnectionString;
        });
        silo.Services.AddSingleton<IGrainStorageSerializer, SnapshotSerializer>();
    });

    /// <summary>A silo must know its port before it listens; with a fixed one a second server on this machine could not start.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

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
