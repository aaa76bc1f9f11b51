using Orleans.Runtime;
using PublicBuyers.Embedded;

namespace Orleans;

/// <summary>Anything that can be called by its identity.</summary>
public interface IGrain : IAddressable;

/// <summary>A grain whose identity is a text.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>Something outside the grains that wants to be told. Its methods are <see langword="void"/>: in order, one at a time, never waited for; what they throw is lost.</summary>
public interface IGrainObserver : IAddressable;

/// <summary>The life of a grain.</summary>
public interface IGrainBase
{
    /// <summary>The activation this object belongs to.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Runs once, before the first call. If it fails, so do the calls that wait, with its exception; the next call tries again.</summary>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Runs once, after the last call. No other activation of this identity starts before it has ended.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}

/// <summary>The usual base class of a grain.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Called by the runtime, which knows which activation is being made.</summary>
    protected Grain() => GrainContext = Activation.BeingMade!;

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; private set; }

    /// <summary>Finds other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Of(this).Runtime.Factory;

    /// <summary>The services of this activation: scoped ones live as long as it does.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    /// <inheritdoc/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once its running calls have ended; calls that wait go to the next one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps this activation from being collected for <paramref name="timeSpan"/>; <see cref="TimeSpan.MaxValue"/> is for ever, zero or less takes it back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.Of(this).DelayDeactivation(timeSpan);
}

/// <summary>What any grain can do with itself.</summary>
public static class GrainBaseExtensions
{
    /// <summary>Ends this activation once its running calls have ended; calls that wait go to the next one.</summary>
    public static void DeactivateOnIdle(this IGrainBase grain) =>
        grain.GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    /// <summary>Calls back in turns of their own: never during a call (unless told to interleave), never two at once, and again after an exception.</summary>
    public static IGrainTimer RegisterGrainTimer<TState>(this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Activation.Of(grain).StartTimer(cancelled => callback(state, cancelled), options);
    }

    /// <inheritdoc cref="RegisterGrainTimer{TState}"/>
    public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Activation.Of(grain).StartTimer(callback, options);
    }
}

/// <summary>What can be asked of a grain or of a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>The text this grain is known by.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => IdOf(grain).Key.ToString();

    /// <summary>A reference to this grain, to hand to others; a reference as another of its interfaces.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.As<TGrainInterface>(),
        IGrainBase self => Activation.Of(self).Runtime.Factory.Reference<TGrainInterface>(self.GrainContext.GrainId),
        _ => throw NotAGrain(grain),
    };

    private static GrainId IdOf(IAddressable grain) => grain switch
    {
        GrainReference reference => reference.Id,
        IGrainBase self => self.GrainContext.GrainId,
        _ => throw NotAGrain(grain),
    };

    private static ArgumentException NotAGrain(IAddressable grain) => new($"\"{grain?.GetType()}\" is neither a grain nor a reference to one.", nameof(grain));
}

/// <summary>Finds grains by what they are called; they need not exist yet.</summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain of that name. Where several classes implement the interface, <paramref name="grainClassNamePrefix"/> says which.</summary>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) where TGrainInterface : IGrainWithStringKey;

    /// <summary>The same for an interface known only when running.</summary>
    IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);

    /// <summary>A reference by which grains can tell <paramref name="obj"/>. It does not keep the object alive: its owner must.</summary>
    TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj) where TGrainObserverInterface : IGrainObserver;

    /// <summary>From now on nothing told to this reference arrives. <paramref name="obj"/> is the reference, not the object behind it.</summary>
    void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj) where TGrainObserverInterface : IGrainObserver;
}

/// <summary>Why an activation ends.</summary>
public readonly struct DeactivationReason
{
    /// <summary>A reason in words.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text) { }

    /// <summary>A reason with the exception behind it.</summary>
    public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
    {
        ReasonCode = code;
        Description = text;
        Exception = exception;
    }

    /// <summary>In words.</summary>
    public string Description { get; }

    /// <summary>For a program.</summary>
    public DeactivationReasonCode ReasonCode { get; }

    /// <summary>The cause, if it was one.</summary>
    public Exception? Exception { get; }

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description}. Exception: {Exception}";
}

/// <summary>Why an activation ends, for a program.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>The process stops.</summary>
    ShuttingDown = 1,

    /// <summary>It could not start.</summary>
    ActivationFailed = 2,

    /// <summary>Nobody has called for a while.</summary>
    ActivationIdle = 4,

    /// <summary>An exception says that its state cannot be trusted.</summary>
    ApplicationError = 8,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested = 9,

    /// <summary>The runtime was asked for it.</summary>
    RuntimeRequested = 11,
}
