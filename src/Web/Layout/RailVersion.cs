using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;

namespace PublicBuyers.Layout;

/// <summary>A short name for everything that the rail lists: where two are the same, the rails are. Pages and open
/// connections compare it, so that a rail is taken anew exactly when it has changed.</summary>
internal static class RailVersion
{
    /// <summary>Enough to tell the rails of one reader apart.</summary>
    private const int Bytes = 8;

    public static string Of(IEnumerable<CommunityEntry> communities, IEnumerable<BridgedThread> threads)
    {
        var said = new StringBuilder();
        foreach (var community in communities)
        {
            said.Append(CultureInfo.InvariantCulture, $"{community.Community}\0{community.Name}\0");
            foreach (var room in community.Rooms) said.Append(CultureInfo.InvariantCulture, $"{room}\0");
        }

        foreach (var thread in threads)
            said.Append(CultureInfo.InvariantCulture, $"{thread.Room}\0{thread.Title}\0{thread.IsClosed}\0");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.ToString()))[..Bytes]);
    }
}
