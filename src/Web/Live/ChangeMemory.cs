using System.Collections.Immutable;

namespace PublicBuyers.Live;

/// <summary>The newest change of each key, in order of position. A text that was edited or deleted is not in it any more, so that no catch-up can bring it back.</summary>
internal sealed class ChangeMemory
{
    public const int MostChanges = 1_000;
    public const int MostBytes = 2 * 1024 * 1024;

    private readonly LinkedList<(long Position, ChangeWire Change)> changes = [];
    private readonly Dictionary<string, LinkedListNode<(long Position, ChangeWire Change)>> byKey = [];
    private long bytes;

    /// <summary>Who stands here or later can be told what was missed.</summary>
    public long From { get; private set; }

    public void StartAt(long position)
    {
        changes.Clear();
        byKey.Clear();
        (bytes, From) = (0, position);
    }

    public void Put(long position, ChangeWire change)
    {
        if (byKey.TryGetValue(change.Key, out var earlier)) Remove(earlier);

        byKey[change.Key] = changes.AddLast((position, change));
        bytes += change.Put.Utf8.Length;

        while (changes.Count > MostChanges || bytes > MostBytes)
        {
            From = changes.First!.Value.Position;
            Remove(changes.First);
        }
    }

    public ImmutableArray<ChangeWire> After(long position)
    {
        var missed = ImmutableArray.CreateBuilder<ChangeWire>();
        for (var node = changes.Last; node is not null && node.Value.Position > position; node = node.Previous) missed.Add(node.Value.Change);

        missed.Reverse();
        return missed.DrainToImmutable();
    }

    private void Remove(LinkedListNode<(long Position, ChangeWire Change)> node)
    {
        changes.Remove(node);
        byKey.Remove(node.Value.Change.Key);
        bytes -= node.Value.Change.Put.Utf8.Length;
    }
}
