using System.Runtime.InteropServices;

namespace PublicBuyers.Running;

/// <summary>
/// The process's own standard output, without the console around it: the console's stream holds a lock that everybody else needs while it
/// writes, and swallows it when nobody reads any more.
/// </summary>
internal sealed class StandardOutput : UnseekableStream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;

    public override bool CanRead => false;

    public override bool CanWrite => true;

    /// <summary>On Windows the console's own, which holds no such lock.</summary>
    public static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput();

    /// <exception cref="IOException">Not all of it could be written.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        for (var (rest, at) = (buffer.AsSpan(offset, count).ToArray(), 0); at < rest.Length;)
        {
            var written = WriteSome(Descriptor, at == 0 ? rest : rest[at..], rest.Length - at);
            if (written >= 0) at += (int)written;
            else if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
                throw new IOException($"Standard output cannot be written (error {error}).", error);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteSome(int descriptor, byte[] buffer, nint count);
}
