using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Platform;
using PublicBuyers.SignIn;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>Before anybody can come: demonstration data where they are wanted, and an administrator link while there is no administrator.</summary>
internal sealed class FirstStart(
    DataFolder data,
    ServerOptions options,
    IJournal journal,
    IAddressKeys keys,
    IReadMarks marks,
    IDemonstration demonstration,
    IGrainFactory grains,
    INewIds ids
) : IHostedService
{
    /// <summary>The path of the one-time administrator link made by this start; none when there was no need for one.</summary>
    public static string PathOf(string token) => "/administrator?t=" + token;

    /// <summary>The link as people open it.</summary>
    public static string LinkOf(ServerOptions options, string token) =>
        options.PublicUrl.GetLeftPart(UriPartial.Authority) + PathOf(token);

    public string? AdministratorToken { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (demonstration is Demonstration.Demonstration demo) await demo.Fill(journal, keys, marks, cancellationToken);
        AdministratorLinkFile.Remove(data.Layout);
        if (data.IsDemo || await grains.Platform().HasAdministrator()) return;   // the demonstration's administrator is among its people

        var (token, hash) = NewToken();
        (await grains.Platform().InviteAdministrator(new() { By = MemberId.System, Request = new("invite:" + ids.Next()), TokenHash = hash })).OrThrow();
        AdministratorToken = token;
        AdministratorLinkFile.Write(data.Layout, LinkOf(options, token));
    }

    /// <summary>Of a link, and what is kept of it.</summary>
    public static (string Token, string Hash) NewToken()
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        return (token, HashOf(token));
    }

    /// <summary>What is kept of a link's token.</summary>
    public static string HashOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class NoDemonstration : IDemonstration
{
    public System.Collections.Immutable.ImmutableArray<DemonstrationPerson> People => [];
}
