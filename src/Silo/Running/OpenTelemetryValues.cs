using System.Globalization;

namespace PublicBuyers.Running;

/// <summary>
/// What OpenTelemetry's own variables may hold. Its libraries pass over what they cannot read, so that a slip of the pen
/// would show only as something that is missing at the collector.
/// </summary>
internal static class OpenTelemetryValues
{
    private const string QueueSize = "OTEL_BSP_MAX_QUEUE_SIZE";
    private const string BatchSize = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";
    private const int UsualQueue = 2_048;
    private const int UsualBatch = 512;

    private static readonly string[] signals = ["", "TRACES_", "METRICS_"];

    private static readonly Kind address =
        new("Give the collector's address, such as http://localhost:4317.", IsAddress);
    private static readonly Kind protocol = OneOf("grpc", "http/protobuf") with { IsExact = true };
    private static readonly Kind exporter =
        OneOf("otlp", "none") with { Hint = " For Prometheus set PublicBuyers:MetricsFrom." };
    private static readonly Kind milliseconds =
        new("It takes a whole number of milliseconds, at least 1.", value => IsWhole(value, 1));
    private static readonly Kind count = new("It takes a whole number, at least 1.", value => IsWhole(value, 1));
    private static readonly Kind limit = new("It takes a whole number, at least 0.", value => IsWhole(value, 0));
    private static readonly Kind share = new("It takes a number from 0 to 1.", IsShare);
    private static readonly Kind pairs = new("It takes name=value, separated by commas.", ArePairs);
    private static readonly Kind secretPairs = pairs with { IsSecret = true };
    private static readonly Kind file = new("It takes a file that is there.", File.Exists);
    private static readonly Kind anything = new("", _ => true);

    private static readonly Dictionary<string, Kind> known = Known();

    /// <param name="given">None of the values is empty.</param>
    /// <exception cref="ConfigurationException">A name is misspelt, or a value is not what its name takes.</exception>
    public static void Check(IReadOnlyDictionary<string, string?> given)
    {
        foreach (var (name, value) in given)
            if (known.TryGetValue(name, out var kind))
                kind.Check(name, value!);
            else if (!IsOfLogs(name) && SettingNames.Nearest(name, known.Keys, SettingNames.MostSlips) is { } near)
                throw new ConfigurationException($"The setting \"{name}\" is not read. Did you mean \"{near}\"?");

        if (Number(given, BatchSize, UsualBatch) > Number(given, QueueSize, UsualQueue))
            throw new ConfigurationException(
                $"{BatchSize} is \"{Number(given, BatchSize, UsualBatch)}\", and no batch can be larger than the queue: "
                    + $"{QueueSize} is \"{Number(given, QueueSize, UsualQueue)}\"."
            );
    }

    private static Dictionary<string, Kind> Known()
    {
        Dictionary<string, Kind> all = new(StringComparer.Ordinal)
        {
            ["OTEL_SDK_DISABLED"] = OneOf("true", "false"),
            ["OTEL_TRACES_EXPORTER"] = exporter,
            ["OTEL_METRICS_EXPORTER"] = exporter,
            ["OTEL_TRACES_SAMPLER"] = OneOf(
                "always_on", "always_off", "traceidratio",
                "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"),
            ["OTEL_TRACES_SAMPLER_ARG"] = share,
            ["OTEL_BSP_SCHEDULE_DELAY"] = milliseconds,
            ["OTEL_BSP_EXPORT_TIMEOUT"] = milliseconds,
            [QueueSize] = count,
            [BatchSize] = count,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = milliseconds,
            ["OTEL_METRIC_EXPORT_TIMEOUT"] = milliseconds,
            ["OTEL_METRICS_EXEMPLAR_FILTER"] = OneOf("always_on", "always_off", "trace_based"),
            ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"] = OneOf("cumulative", "delta", "lowmemory"),
            ["OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"] =
                OneOf("explicit_bucket_histogram", "base2_exponential_bucket_histogram"),
            ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = file,
            ["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"] = file,
            ["OTEL_EXPORTER_OTLP_CLIENT_KEY"] = file,
            ["OTEL_RESOURCE_ATTRIBUTES"] = pairs,
            ["OTEL_SERVICE_NAME"] = anything,
        };
        foreach (var signal in signals)
        {
            all[$"OTEL_EXPORTER_OTLP_{signal}ENDPOINT"] = address;
            all[$"OTEL_EXPORTER_OTLP_{signal}PROTOCOL"] = protocol;
            all[$"OTEL_EXPORTER_OTLP_{signal}TIMEOUT"] = milliseconds;
            all[$"OTEL_EXPORTER_OTLP_{signal}HEADERS"] = secretPairs;
            all[$"OTEL_EXPORTER_OTLP_{signal}COMPRESSION"] = OneOf("gzip", "none");
        }

        foreach (var what in new[]
        {
            "ATTRIBUTE_COUNT", "ATTRIBUTE_VALUE_LENGTH", "SPAN_ATTRIBUTE_COUNT", "SPAN_ATTRIBUTE_VALUE_LENGTH",
            "SPAN_EVENT_COUNT", "SPAN_LINK_COUNT", "EVENT_ATTRIBUTE_COUNT", "LINK_ATTRIBUTE_COUNT",
        })
            all[$"OTEL_{what}_LIMIT"] = limit;
        return all;
    }

    /// <summary>Other programs send their logs by OpenTelemetry, and may share our environment.</summary>
    private static bool IsOfLogs(string name) =>
        name.Contains("_LOG", StringComparison.Ordinal) || name.Contains("_BLRP", StringComparison.Ordinal);

    private static Kind OneOf(params string[] values) =>
        new($"It takes {string.Join(", ", values[..^1])} or {values[^1]}.", _ => true) { Values = values };

    private static bool IsAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static bool IsWhole(string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least;

    private static bool IsShare(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= 1;

    private static bool ArePairs(string value) =>
        value.Split(',').All(pair => pair.IndexOf('=', StringComparison.Ordinal) > 0);

    private static int Number(IReadOnlyDictionary<string, string?> given, string name, int usual) =>
        given.GetValueOrDefault(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : usual;

    /// <param name="Wanted">A sentence.</param>
    private sealed record Kind(string Wanted, Func<string, bool> IsOne)
    {
        /// <summary>None: whatever <see cref="IsOne"/> says.</summary>
        public string[]? Values { get; init; }

        /// <summary>Capital letters count.</summary>
        public bool IsExact { get; init; }

        /// <summary>A password or a token may be in it.</summary>
        public bool IsSecret { get; init; }

        public string Hint { get; init; } = "";

        /// <exception cref="ConfigurationException">It is not what the name takes.</exception>
        public void Check(string name, string value)
        {
            var casing = IsExact ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
            if (Values?.Contains(value, casing) ?? IsOne(value))
                return;

            var found = IsSecret ? "cannot be read, and is not shown because it may hold a secret" : $"is \"{value}\"";
            throw new ConfigurationException($"{name} {found}. {Wanted}{Hint}");
        }
    }
}
