using System.Collections.Frozen;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace PublicBuyers.Layout;

/// <summary>Addresses of style and script that change with their content, so that a browser may keep them for ever.</summary>
public sealed class PageAssets(IServiceProvider services)
{
    private readonly Lazy<FrozenDictionary<string, string>> paths = new(() => Find(services));

    public string PathOf(string name) => "/" + paths.Value.GetValueOrDefault(name, name);

    private static FrozenDictionary<string, string> Find(IServiceProvider services) => (
        from endpoint in ((EndpointDataSource)services.GetService(typeof(EndpointDataSource))!).Endpoints
        let asset = endpoint.Metadata.GetMetadata<StaticAssetDescriptor>()
        where asset is not null
        let label = asset.Properties.FirstOrDefault(each => each.Name == "label")?.Value
        where label is not null
        group asset.Route by label).ToFrozenDictionary(each => each.Key, each => each.First(), StringComparer.Ordinal);
}
