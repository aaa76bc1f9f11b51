using System.Globalization;
using System.Runtime.InteropServices;

namespace PublicBuyers.Storage;

/// <summary>
/// What only the operating system knows: who owns a file, who this process runs as, and what it may do.
/// </summary>
internal static class Posix
{
    private const int CurrentFolder = -100;
    private const int WantsOwner = 0x8;
    private const int SizeOfStatus = 256;
    private const int OwnerAt = 20;

    private const int MayUse = 1;
    private const int MayWrite = 2;
    private const int MayRead = 4;

    /// <summary>Of a folder: to make, rename and remove what is in it.</summary>
    public const int WritesFolder = MayWrite | MayUse;

    /// <summary>Of a file: to read and to write.</summary>
    public const int WritesFile = MayRead | MayWrite;

    /// <summary>Of a file: to read.</summary>
    public const int ReadsFile = MayRead;

    /// <summary>Of a folder: to list it and to read what is in it.</summary>
    public const int ReadsFolder = MayRead | MayUse;

    /// <summary>Of a folder: to go through it.</summary>
    public const int GoesThrough = MayUse;

    /// <summary>From here on nothing that this process makes is for its group or for others.</summary>
    public static void KeepToOwner()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetMask(0b000_111_111);
    }

    /// <summary>
    /// Whether this process may do that. True where the system cannot be asked, or where there is no such file.
    /// </summary>
    public static bool May(string path, int what)
    {
        const int NoAccess = 13;
        const int NotPermitted = 1;
        const int ReadOnlyFileSystem = 30;
        return OperatingSystem.IsWindows()
            || Access(path, what) == 0
            || Marshal.GetLastPInvokeError() is not (NoAccess or NotPermitted or ReadOnlyFileSystem);
    }

    /// <summary>Whether it belongs to this process's user. True where the system cannot be asked.</summary>
    public static bool IsOurs(string path) => OwnerId(path) is not { } owner || owner == UserId();

    /// <summary>Whether it belongs to this process's user, or to the one who may do everything anyway.</summary>
    public static bool IsOursOrRoots(string path) => OwnerId(path) is 0 || IsOurs(path);

    /// <summary>
    /// The name of a file's owner, or the number where it has none; none where the system cannot be asked.
    /// </summary>
    public static string? OwnerOf(string path) => OwnerId(path) is { } owner ? NameOf(owner) : null;

    /// <summary>
    /// Who owns it, where this runs as root and the owner is somebody else: what root makes there they cannot use.
    /// </summary>
    public static string? OwnerBesideRoot(string path) =>
        !OperatingSystem.IsWindows() && UserId() == 0 && OwnerId(path) is > 0 and var owner ? NameOf(owner) : null;

    /// <summary>The name of the user that this process runs as.</summary>
    public static string Me => OperatingSystem.IsWindows() ? Environment.UserName : NameOf(UserId());

    /// <summary>As <c>chmod</c> takes it: <c>755</c>.</summary>
    public static string RightsOf(string path) =>
        OperatingSystem.IsWindows() ? "unknown" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    /// <remarks>Of <c>statx</c>, the one such call whose answer is laid out alike on every processor.</remarks>
    private static uint? OwnerId(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;

        var status = new byte[SizeOfStatus];
        return Status(CurrentFolder, path, 0, WantsOwner, status) == 0
            ? MemoryMarshal.Read<uint>(status.AsSpan(OwnerAt))
            : null;
    }

    /// <summary>As the machine's own list of users has it. Who is listed elsewhere is called by number.</summary>
    private static string NameOf(uint user)
    {
        var id = user.ToString(CultureInfo.InvariantCulture);
        try
        {
            return File.ReadLines("/etc/passwd")
                    .Select(line => line.Split(':'))
                    .FirstOrDefault(entry => entry.Length > 2 && entry[2] == id)
                    ?[0]
                ?? id;
        }
        catch (Exception unlisted) when (unlisted is IOException or UnauthorizedAccessException)
        {
            return id;
        }
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint UserId();

    [DllImport("libc", EntryPoint = "access", SetLastError = true, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int what);

    [DllImport("libc", EntryPoint = "statx", BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Status(
        int folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint wanted,
        byte[] status
    );
}
