using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>A server to which random things are sent, with the log that must say nothing of a fault.</summary>
public abstract class AnythingAtAll : IAsyncLifetime
{
    /// <summary>So many things come from one person in one community: what they do to both is part of it.</summary>
    protected const int EachScene = 60;

    /// <summary>Texts that readers of any kind have got wrong somewhere.</summary>
    protected static readonly ImmutableArray<string> OddTexts =
    [
        "", " ", "0", "-1", "null", "a\0b", "\u0001", "\ud800", "\udc00x", "\u202e", "a\nb", "../../etc/passwd",
        "__proto__", "constructor", "*a *b ~~ [x](y) `", "@room", "9999-12-31T23:59:59.9999999Z", "2026-02-30",
        new string('x', 300), new string('[', 400), new string('ą', 5_000), "🏳️‍🌈", "{}",
    ];

    private readonly LogLines log = new();
    private readonly Random random = new(Fuzz.Seed);

    private protected LiveServer Server { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Server = await LiveServer.Start(adjust: services => services.AddSingleton<ILoggerProvider>(log));

    public async Task DisposeAsync() => await Server.DisposeAsync();

    protected int Chance(int below) => random.Next(below);

    protected int Chance(int from, int below) => random.Next(from, below);

    protected T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>Errors, and faults of whatever level.</summary>
    protected void ShouldHaveLoggedNothing(string about) =>
        log.All.Where(line => line.Level >= LogLevel.Error || line.Fault is not null)
            .Select(line => $"{line.Level} {line.Category} {line.Text} {line.Fault}")
            .ShouldBeEmpty(about);
}
