namespace PublicBuyers.Testing;

/// <summary>A folder of one test's own, gone after it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("publicbuyers-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file that only its owner can read, as a secret has to be.</summary>
    public async Task WriteSecret(string name, string content)
    {
        await File.WriteAllTextAsync(this[name], content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(this[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
