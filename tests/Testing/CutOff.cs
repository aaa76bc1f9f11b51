using System.IO.Pipelines;
using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace PublicBuyers.Testing;

/// <summary>One silo's way to the other silos, to clients and to the table of who is in the cluster, which a test cuts.</summary>
public sealed class CutOff
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ConnectionContext> connections = [];
    private volatile How how;

    private enum How { Open, Silent, Reset }

    /// <summary>As when power or a cable fails: not a byte more, and no connection ends.</summary>
    public void GoSilent() => how = How.Silent;

    /// <summary>As when the process dies: connections end, and none is made any more.</summary>
    public void Die()
    {
        how = How.Reset;
        lock (connections)
        {
            foreach (var connection in connections) connection.Abort(new ConnectionAbortedException("The silo is dead."));
        }
    }

    /// <summary>At the end of a test: what waits for ever fails.</summary>
    public void End()
    {
        Die();
        over.TrySetException(new IOException("The test is over."));
    }

    /// <summary>Puts itself between the silo and what its host has registered to reach others.</summary>
    internal void Around(IServiceCollection services)
    {
        Wrap<IConnectionFactory>(services, inner => new Factory(inner, this));
        Wrap<IConnectionListenerFactory>(services, inner => new Listeners(inner, this));
        Wrap<IMembershipTable>(services, inner => CutTable.Around(inner, this));
    }

    internal Task Passes() => how == How.Open ? Task.CompletedTask : over.Task;

    private static void Wrap<T>(IServiceCollection services, Func<T, T> around) where T : class
    {
        foreach (var registered in services.Where(each => each.ServiceType == typeof(T)).ToArray())
        {
            var lifetime = registered.Lifetime;
            services.Remove(registered);
            services.Add(registered.IsKeyedService
                ? new(typeof(T), registered.ServiceKey, (provider, key) => around((T)Made(provider, key)), lifetime)
                : new(typeof(T), provider => around((T)Made(provider, null)), lifetime));

            object Made(IServiceProvider provider, object? key) => registered.IsKeyedService
                ? registered.KeyedImplementationInstance ?? registered.KeyedImplementationFactory?.Invoke(provider, key)
                    ?? ActivatorUtilities.CreateInstance(provider, registered.KeyedImplementationType!)
                : registered.ImplementationInstance ?? registered.ImplementationFactory?.Invoke(provider)
                    ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!);
        }
    }

    private ConnectionContext Watched(ConnectionContext connection)
    {
        if (how == How.Reset)
        {
            connection.Abort();
            throw new ConnectionAbortedException("The silo is dead.");
        }

        connection.Transport = new Pipes(connection.Transport, this);
        lock (connections) connections.Add(connection);
        return connection;
    }

    private sealed class Factory(IConnectionFactory inner, CutOff cut) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            if (cut.how == How.Silent) await cut.Passes().WaitAsync(cancellationToken);
            return cut.Watched(await inner.ConnectAsync(endpoint, cancellationToken));
        }
    }

    private sealed class Listeners(IConnectionListenerFactory inner, CutOff cut) : IConnectionListenerFactory
    {
        public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new Listener(await inner.BindAsync(endpoint, cancellationToken), cut);
    }

    private sealed class Listener(IConnectionListener inner, CutOff cut) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (cut.how != How.Reset) return cut.Watched(connection);

                connection.Abort();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Pipes(IDuplexPipe inner, CutOff cut) : IDuplexPipe
    {
        public PipeReader Input { get; } = new Reader(inner.Input, cut);

        public PipeWriter Output { get; } = new Writer(inner.Output, cut);
    }

    private sealed class Reader(PipeReader inner, CutOff cut) : PipeReader
    {
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(cancellationToken);
            if (cut.how == How.Silent) await cut.Passes().WaitAsync(cancellationToken);
            return read;
        }

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return cut.how != How.Silent && inner.TryRead(out result);
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class Writer(PipeWriter inner, CutOff cut) : PipeWriter
    {
        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            cut.how == How.Silent ? new(new FlushResult(isCanceled: false, isCompleted: false)) : inner.FlushAsync(cancellationToken);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}

/// <summary>The table of who is in the cluster, for a silo that may be cut off from it.</summary>
public class CutTable : DispatchProxy   // open: the proxy is made of it
{
    private IMembershipTable inner = null!;
    private CutOff cut = null!;

    internal static IMembershipTable Around(IMembershipTable inner, CutOff cut)
    {
        var table = Create<IMembershipTable, CutTable>();
        (((CutTable)(object)table).inner, ((CutTable)(object)table).cut) = (inner, cut);
        return table;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.ReturnType switch
    {
        var type when type == typeof(Task) => Late(() => (Task)targetMethod.Invoke(inner, args)!),
        var type when type == typeof(Task<bool>) => Late(() => (Task<bool>)targetMethod.Invoke(inner, args)!),
        var type when type == typeof(Task<MembershipTableData>) => Late(() => (Task<MembershipTableData>)targetMethod.Invoke(inner, args)!),
        _ => targetMethod.Invoke(inner, args),
    };

    private async Task Late(Func<Task> call)
    {
        await cut.Passes();
        await call();
    }

    private async Task<T> Late<T>(Func<Task<T>> call)
    {
        await cut.Passes();
        return await call();
    }
}
