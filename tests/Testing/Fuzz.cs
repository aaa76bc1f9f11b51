using System.Globalization;

namespace PublicBuyers.Testing;

/// <summary>
/// How long random inputs are tried, and from which seed. A suite tries the same few hundred each time;
/// <c>FUZZ_ROUNDS=1000000 FUZZ_SEED=7 ./test EndToEnd</c> tries more and others. A failure must print its seed and its input.
/// </summary>
public static class Fuzz
{
    /// <summary>The seed of every run that does not set <c>FUZZ_SEED</c>.</summary>
    public static int Seed { get; } = Read("FUZZ_SEED") ?? 20261130;

    /// <summary>The rounds asked for by <c>FUZZ_ROUNDS</c>, or as many as a suite takes.</summary>
    public static int Rounds(int inASuite) => Read("FUZZ_ROUNDS") ?? inASuite;

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
