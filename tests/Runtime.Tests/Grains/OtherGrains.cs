namespace PublicBuyers.Runtime;

[Alias("tests.listener")]
public interface IListener : IGrainObserver
{
    [Alias("hear")] void Hear(int number);
}

[Alias("tests.speaker")]
public interface ISpeakerGrain : IGrainWithStringKey
{
    [Alias("tell")] Task Tell(IListener listener, int from, int count);
}

internal sealed class SpeakerGrain : Grain, ISpeakerGrain
{
    public Task Tell(IListener listener, int from, int count)
    {
        for (var number = from; number < from + count; number++) listener.Hear(number);
        return Task.CompletedTask;
    }
}

[Alias("tests.clock")]
public interface IClockGrain : IGrainWithStringKey
{
    /// <summary>Ticks at once, <paramref name="times"/> times; with each number it says on the stage that it began and ended.</summary>
    [Alias("start")] Task Start(int times, bool interleave, int failsAt);

    /// <summary>Like <see cref="Start"/>, but runs until the stage says that the call may end.</summary>
    [Alias("start-and-stay")] Task StartAndStay(bool interleave);

    [Alias("stop")] Task Stop();

    [Alias("rest")] Task Rest();
}

internal sealed class ClockGrain(Stage stage) : Grain, IClockGrain
{
    private IGrainTimer? timer;
    private int ticks;
    private bool ticking;

    public Task Start(int times, bool interleave, int failsAt)
    {
        timer = this.RegisterGrainTimer(Tick, (Times: times, FailsAt: failsAt), Often(interleave));
        return Task.CompletedTask;
    }

    public async Task StartAndStay(bool interleave)
    {
        await Start(int.MaxValue, interleave, -1);
        await stage.Door("the call may end");
        stage.Happens($"the call ends after {(ticks == 0 ? "no" : "some")} ticks");
    }

    public Task Stop()
    {
        timer!.Dispose();
        timer = null;
        return Task.CompletedTask;
    }

    public Task Rest()
    {
        this.RegisterGrainTimer(_ => Task.CompletedTask, Often(false));
        this.DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static GrainTimerCreationOptions Often(bool interleave) => new() { DueTime = TimeSpan.Zero, Period = TimeSpan.FromMilliseconds(1), Interleave = interleave };

    private async Task Tick((int Times, int FailsAt) wanted, CancellationToken cancellation)
    {
        if (ticking) stage.Happens("ticks overlap");
        ticking = true;
        await Task.Yield();
        ticking = false;
        stage.Happens($"tick {++ticks}");
        if (ticks == wanted.Times) timer!.Dispose();
        if (ticks == wanted.FailsAt) throw new InvalidOperationException("This tick fails.");
    }
}

[GenerateSerializer, Alias("tests.note")]
public sealed record Note
{
    [Id(0)] public string Text { get; init; } = "";
}

/// <summary>Has no constructor without parameters.</summary>
[GenerateSerializer, Alias("tests.signed-note")]
public sealed record SignedNote([property: Id(0)] string Text, [property: Id(1)] string By);

[Alias("tests.notebook")]
public interface INotebookGrain : IGrainWithStringKey
{
    [Alias("note")] Task Note(string text);

    [Alias("last")] Task<string> Last();

    [Alias("exists")] Task<bool> Exists();

    [Alias("sign")] Task Sign(string text, string by);

    [Alias("signed")] Task<string?> SignedBy();

    [Alias("note-and-forgive")] Task<bool> NoteAndForgive(string text);

    [Alias("tear-out")] Task TearOut();

    [Alias("activation")] Task<Guid> Activation();

    [Alias("rest")] Task Rest();
}

internal sealed class NotebookGrain(
    [PersistentState("note", "memory")] IPersistentState<Note> note,
    Stage stage,
    [PersistentState("signed", "memory")] IPersistentState<SignedNote> signed) : Grain, INotebookGrain
{
    private readonly Guid activation = Guid.NewGuid();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stage.Happens($"{this.GetPrimaryKeyString()} reads \"{note.State.Text}\"");
        return Task.CompletedTask;
    }

    public Task Note(string text)
    {
        note.State = note.State with { Text = text };
        return note.WriteStateAsync();
    }

    public Task<string> Last() => Task.FromResult(note.State.Text);

    public Task<bool> Exists() => Task.FromResult(note.RecordExists);

    public Task Sign(string text, string by)
    {
        signed.State = new(text, by);
        return signed.WriteStateAsync();
    }

    public Task<string?> SignedBy() => Task.FromResult(signed.RecordExists ? signed.State.By : null);

    public async Task<bool> NoteAndForgive(string text)
    {
        try
        {
            await Note(text);
            return true;
        }
        catch (Orleans.Storage.InconsistentStateException)
        {
            return false;
        }
    }

    public Task TearOut() => note.ClearStateAsync();

    public Task<Guid> Activation() => Task.FromResult(activation);

    public Task Rest()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

[Alias("tests.shape")]
public interface IShapeGrain : IGrainWithStringKey
{
    [Alias("sides")] Task<int> Sides();
}

internal sealed class TriangleGrain : Grain, IShapeGrain
{
    public Task<int> Sides() => Task.FromResult(3);
}

internal sealed class SquareGrain : Grain, IShapeGrain
{
    public Task<int> Sides() => Task.FromResult(4);
}
