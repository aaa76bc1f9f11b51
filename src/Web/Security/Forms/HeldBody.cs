namespace PublicBuyers.Security;

/// <summary>What is read of it is held in memory. It ends where there is no space for more.</summary>
/// <param name="cancel">Of the whole form: readers of the framework pass no token on.</param>
internal sealed class HeldBody(Stream inner, FormSpace.Hold hold, CancellationToken cancel) : UnseekableStream
{
    /// <summary>There was no space for all of it.</summary>
    public bool IsRefused { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsRefused) return 0;

        var read = await inner.ReadAsync(buffer, cancel);
        if (read == 0 || hold.TryTakeMemory(read)) return read;

        IsRefused = true;
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
