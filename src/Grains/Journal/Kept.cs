using System.Security.Cryptography;
using System.Text.Json;

namespace PublicBuyers.Journal;

/// <summary>A snapshot in grain storage: a cache of a fold, never a truth. Whatever does not fit is folded again.</summary>
[GenerateSerializer, Alias("kept")]
public sealed class Kept
{
    [Id(0)] public long Sequence { get; set; }

    [Id(1)] public long Epoch { get; set; }

    [Id(2)] public int Schema { get; set; }

    /// <summary>SHA-256 over what it says of sequence, epoch, schema and state.</summary>
    [Id(3)] public string Digest { get; set; } = "";

    /// <summary>The state as JSON.</summary>
    [Id(4)] public string State { get; set; } = "";

    internal static Kept Of<TState>(TState state, int schema, long epoch, long sequence)
    {
        var kept = new Kept { Sequence = sequence, Epoch = epoch, Schema = schema, State = JsonSerializer.Serialize(state, FactJson.Options) };
        kept.Digest = kept.Sum();
        return kept;
    }

    /// <summary>The state, unless this is of another shape, another epoch, or not what was written.</summary>
    internal bool TryRestore<TState>(int schema, long epoch, out TState? state)
    {
        state = default;
        if (Schema != schema || Epoch != epoch || Digest != Sum()) return false;

        try
        {
            state = JsonSerializer.Deserialize<TState>(State, FactJson.Options);
            return state is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string Sum() => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Sequence}\n{Epoch}\n{Schema}\n{State}")));
}
