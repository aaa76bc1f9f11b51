using PublicBuyers.Commands;
using PublicBuyers.Running;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Seeing;

/// <summary>The libraries pass over what they cannot read. The start does not.</summary>
public sealed class OpenTelemetrysOwnVariables
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "Give the collector's address, such as")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "4317", "Give the collector's address, such as")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http", "It takes grpc or http/protobuf.")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "GRPC", "It takes grpc or http/protobuf.")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json", "It takes grpc or http/protobuf.")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "It takes a whole number of milliseconds, at least 1.")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0", "It takes a whole number of milliseconds")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "zip", "It takes gzip or none.")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem", "It takes a file that is there.")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "-5", "It takes a whole number of milliseconds")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "many", "It takes a whole number, at least 1.")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1.5", "It takes a whole number of milliseconds")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes", "It takes always_on, always_off, traceidratio,")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "10%", "It takes a number from 0 to 1.")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.1", "It takes a number from 0 to 1.")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin", "It takes otlp or none.")]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus", "For Prometheus set PublicBuyers:MetricsFrom.")]
    [InlineData("OTEL_SDK_DISABLED", "yes", "It takes true or false.")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "production", "It takes name=value, separated by commas.")]
    [InlineData("OTEL_SPAN_EVENT_COUNT_LIMIT", "-1", "It takes a whole number, at least 0.")]
    public void That_hold_what_cannot_be_meant_are_refused_with_the_value(string name, string value, string wanted)
    {
        var said = Refused((name, value)).ShouldNotBeNull();

        said.ShouldStartWith($"{name} is \"{value}\". ");
        said.ShouldContain(wanted);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPONT", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OTEL_TRACE_SAMPLER", "OTEL_TRACES_SAMPLER")]
    public void That_are_misspelt_are_refused_with_the_nearest(string name, string meant) =>
        Refused((name, "1")).ShouldBe($"The setting \"{name}\" is not read. Did you mean \"{meant}\"?");

    [Fact]
    public void That_may_hold_a_secret_are_refused_without_it()
    {
        var said = Refused(("OTEL_EXPORTER_OTLP_HEADERS", "authorization: Bearer hush")).ShouldNotBeNull();

        said.ShouldContain("It takes name=value");
        said.ShouldNotContain("hush");
    }

    [Fact]
    public void That_contradict_each_other_are_refused() =>
        Refused(("OTEL_BSP_MAX_QUEUE_SIZE", "100"))
            .ShouldBe(
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE is \"512\", and no batch can be larger than the queue: "
                    + "OTEL_BSP_MAX_QUEUE_SIZE is \"100\"."
            );

    [Fact]
    public void That_hold_what_the_libraries_know_are_taken_and_so_are_those_of_other_programs() =>
        Refused(
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hush,x=1"),
                ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
                ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
                ("OTEL_METRICS_EXPORTER", "none"),
                ("OTEL_SERVICE_NAME", "buyers"),
                ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test,zone=a"),
                ("OTEL_LOGS_EXPORTER", "console"),
                ("OTEL_BLRP_SCHEDULE_DELAY", "1000"),
                ("OTEL_DOTNET_AUTO_HOME", "/opt/otel"),
                ("OTEL_PROPAGATORS", "tracecontext")
            )
            .ShouldBeNull();

    [Fact]
    public async Task Stop_a_start_by_one_sentence()
    {
        using var folder = new TemporaryFolder();

        var (code, _, errors) = await ServerProcess.Run(
            folder.Path,
            ["serve", "--url", "http://127.0.0.1:0"],
            ("OTEL_BSP_SCHEDULE_DELAY", "soon"));

        code.ShouldBe(ExitCodes.Refused);
        errors.TrimEnd().ShouldBe("OTEL_BSP_SCHEDULE_DELAY is \"soon\". It takes a whole number of milliseconds, at least 1.");
    }

    private static string? Refused(params (string Name, string Value)[] given)
    {
        try
        {
            OpenTelemetryValues.Check(given.ToDictionary(each => each.Name, each => (string?)each.Value));
            return null;
        }
        catch (ConfigurationException refused)
        {
            return refused.Message;
        }
    }
}
