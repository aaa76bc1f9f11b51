namespace PublicBuyers.Running;

/// <summary>Who may read the metrics, and where metrics and traces are sent.</summary>
internal static class TelemetrySettings
{
    /// <summary>Characters of a token. A shorter one can be guessed.</summary>
    public const int ShortestToken = 16;

    private const string Prefix = "OTEL_";

    /// <summary>Whether this is a name of OpenTelemetry's own settings.</summary>
    public static bool IsOne(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>OpenTelemetry's own variables, in the environment or at the top of a settings file.</summary>
    public static Dictionary<string, string?> Of(IConfiguration configuration) =>
        configuration
            .AsEnumerable()
            .Where(each => IsOne(each.Key) && each.Value is { Length: > 0 })
            .ToDictionary();

    /// <summary>Whether traces, or metrics, are sent to a collector.</summary>
    /// <param name="signal"><c>TRACES</c> or <c>METRICS</c>.</param>
    public static bool Sends(this ServerOptions options, string signal) =>
        !Is(options, "SDK_DISABLED", "true")
        && !Is(options, $"{signal}_EXPORTER", "none")
        && (Has(options, "EXPORTER_OTLP_ENDPOINT") || Has(options, $"EXPORTER_OTLP_{signal}_ENDPOINT"));

    /// <summary>Whether there is a <c>/metrics</c>.</summary>
    public static bool ShowsMetrics(this ServerOptions options) =>
        options.MetricsFrom.Length > 0 || options.MetricsToken is not null;

    /// <returns>With the token, if it stands in a file.</returns>
    /// <exception cref="ConfigurationException">A setting cannot be used.</exception>
    public static ServerOptions Checked(ServerOptions options)
    {
        foreach (var from in options.MetricsFrom)
            if (KnownNames.TryReadNetwork(from) is null)
                throw new ConfigurationException(
                    $"PublicBuyers:MetricsFrom has \"{from}\""
                        + $"{(KnownNames.IsEverybody(from) ? ", which is every address" : "")}. "
                        + "Give addresses or networks, such as 10.0.0.7 or 10.0.0.0/8, or set "
                        + "PublicBuyers:MetricsToken."
                );

        OpenTelemetryValues.Check(options.OpenTelemetry);

        if (options is { MetricsToken: not null, MetricsTokenFile: not null })
            throw new ConfigurationException(
                "PublicBuyers:MetricsToken and PublicBuyers:MetricsTokenFile are both set. Set one of them."
            );

        var read = options.MetricsTokenFile is { } file
            ? options with { MetricsToken = SettingsFiles.ReadSecret("PublicBuyers:MetricsTokenFile", file) }
            : options;
        if (read.MetricsToken is { Length: < ShortestToken })
            throw new ConfigurationException(
                $"PublicBuyers:MetricsToken has {read.MetricsToken.Length} characters. Give at least {ShortestToken}, "
                    + "for example what `openssl rand -hex 16` prints."
            );
        return read;
    }

    private static bool Has(ServerOptions options, string name) => options.OpenTelemetry.ContainsKey(Prefix + name);

    private static bool Is(ServerOptions options, string name, string value) =>
        value.Equals(options.OpenTelemetry.GetValueOrDefault(Prefix + name), StringComparison.OrdinalIgnoreCase);
}
