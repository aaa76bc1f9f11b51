using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PublicBuyers.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>F10, of what has no position: it waits behind everything else, and nobody is cut for it.</summary>
public sealed class TheOutbox
{
    private readonly LiveProtocol protocol = new(Options.Create(new JsonHubProtocolOptions()));
    private readonly SlowConnection connection = new();
    private readonly Outbox outbox;

    public TheOutbox() => outbox = new(connection, NullLogger.Instance);

    [Fact]
    public async Task Values_wait_for_what_has_a_position_and_only_the_newest_of_a_key_is_written()
    {
        outbox.Send(Durable("one"));
        outbox.Pass(Values("here", "1"));
        outbox.Pass(Values("typing", "2"));
        outbox.Pass(Values("here", "3"));
        outbox.Send(Durable("two"));

        await connection.Writes(3);

        connection.Written[1].ShouldBe("two");
        connection.Written[2].ShouldContain("\"put\":3");
        connection.Written[2].ShouldContain("\"put\":2");
        connection.Written[2].ShouldNotContain("\"put\":1");
    }

    [Fact]
    public async Task Nobody_is_cut_for_values_however_many_there_are()
    {
        outbox.Send(Durable("one"));

        for (var i = 0; i < 20 * Outbox.MostPassing; i++) outbox.Pass(Values($"key-{i % (2 * Outbox.MostPassing)}", $"{i}"));

        connection.Cut.IsCompleted.ShouldBeFalse();
        await connection.Writes(2);
        connection.Written[1].Split("\"key\"").Length.ShouldBe(Outbox.MostPassing + 1);
    }

    [Fact]
    public void Who_is_told_too_much_for_what_is_kept_learns_that_it_will_not_be_written()
    {
        outbox.Send(Durable("one"));
        for (var i = 0; i < Outbox.MostPassing; i++) outbox.Pass(Values($"key-{i}", "0")).ShouldBeTrue();

        outbox.Pass(Values("key-0", "1")).ShouldBeTrue();
        outbox.Pass(Values("one-more", "1")).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_lets_what_has_a_position_pile_up_is_cut_as_ever()
    {
        for (var i = 0; i <= Outbox.MostWaiting + 1; i++) outbox.Send(Durable("more"));

        await connection.Cut.WaitAsync(TimeSpan.FromSeconds(5));
        outbox.Pass(Values("here", "1")).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_a_topic_that_is_gone_no_value_is_written_after()
    {
        outbox.Send(Durable("one"));
        outbox.Pass(Values("here", "1"));

        outbox.Forget("room/a/b");
        outbox.Send(Durable("gone"));
        await connection.Writes(2);
        outbox.Send(Durable("after"));
        await connection.Writes(3);

        connection.Written.ShouldNotContain(text => text.Contains("here"));
    }

    private static OutMessage Durable(string text) => new(Encoding.UTF8.GetBytes(text));

    private PassingMessage Values(string key, string json) => new(protocol, new("room/a/b", [new(key, new(Encoding.UTF8.GetBytes(json)))]));

    /// <summary>A connection that writes when the test lets it.</summary>
    private sealed class SlowConnection : HubConnectionContext, IConnectionLifetimeFeature
    {
        private readonly TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly BlockingCollection<TaskCompletionSource> pending = [];
        private readonly ConcurrentQueue<string> written = [];

        public SlowConnection() : base(new DefaultConnectionContext("slow"), new(), NullLoggerFactory.Instance) => Features.Set<IConnectionLifetimeFeature>(this);

        public ImmutableArray<string> Written => [.. written];

        /// <summary>Completes when it is aborted.</summary>
        public Task Cut => cut.Task;

        CancellationToken IConnectionLifetimeFeature.ConnectionClosed { get; set; }

        public override ValueTask WriteAsync(SerializedHubMessage message, CancellationToken cancellationToken = default)
        {
            written.Enqueue(Encoding.UTF8.GetString(message.GetSerializedMessage(new AsJson()).Span));
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            pending.Add(done, cancellationToken);
            return new(done.Task);
        }

        void IConnectionLifetimeFeature.Abort() => cut.TrySetResult();

        /// <summary>Lets writes end until so many were begun.</summary>
        public async Task Writes(int count)
        {
            while (written.Count < count)
            {
                if (pending.TryTake(out var done, TimeSpan.FromMilliseconds(10))) done.SetResult();
                await Task.Yield();
            }
        }
    }

    private sealed class AsJson : IHubProtocol
    {
        public string Name => LiveProtocol.Json;

        public int Version => 1;

        public TransferFormat TransferFormat => TransferFormat.Text;

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => throw new NotSupportedException();

        public bool IsVersionSupported(int version) => true;

        public bool TryParseMessage(ref System.Buffers.ReadOnlySequence<byte> input, IInvocationBinder binder, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HubMessage? message) => throw new NotSupportedException();

        public void WriteMessage(HubMessage message, System.Buffers.IBufferWriter<byte> output) => throw new NotSupportedException();
    }
}
