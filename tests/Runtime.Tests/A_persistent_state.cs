using Orleans.Storage;

namespace PublicBuyers.Runtime;

public sealed class A_persistent_state(GrainHost host) : IClassFixture<GrainHost>
{
    [Fact]
    public async Task Has_been_read_when_its_grain_activates()
    {
        await Notebook("notebook/read").Note("Bring your own cup");
        await Notebook("notebook/read").Rest();

        (await Notebook("notebook/read").Last()).ShouldBe("Bring your own cup");
        host.Stage.Happened.ShouldContain("notebook/read reads \"Bring your own cup\"");
    }

    [Fact]
    public async Task Is_empty_before_anything_was_stored_and_after_it_was_cleared()
    {
        (await Notebook("notebook/empty").Exists()).ShouldBeFalse();
        (await Notebook("notebook/empty").Last()).ShouldBe("");

        await Notebook("notebook/empty").Note("A word");
        (await Notebook("notebook/empty").Exists()).ShouldBeTrue();

        await Notebook("notebook/empty").TearOut();
        (await Notebook("notebook/empty").Exists()).ShouldBeFalse();
        (await Notebook("notebook/empty").Last()).ShouldBe("");
    }

    [Fact]
    public async Task May_stand_beside_another_of_the_same_grain()
    {
        await Notebook("notebook/two").Note("A word");
        (await Notebook("notebook/two").SignedBy()).ShouldBeNull(); // a record without an empty constructor starts uninitialized
        await Notebook("notebook/two").Sign("Agreed", "Ada");
        await Notebook("notebook/two").Rest();

        (await Notebook("notebook/two").SignedBy()).ShouldBe("Ada");
        (await Notebook("notebook/two").Last()).ShouldBe("A word");
    }

    [Fact]
    public async Task Ends_its_activation_when_a_conflict_leaves_the_call()
    {
        await Notebook("notebook/conflict").Note("First");
        var activation = await Notebook("notebook/conflict").Activation();
        host.Storage.Change("note", "notebook/conflict");

        await Should.ThrowAsync<InconsistentStateException>(() => Notebook("notebook/conflict").Note("Second"));

        (await Notebook("notebook/conflict").Activation()).ShouldNotBe(activation);
        await Notebook("notebook/conflict").Note("Second"); // read again, so the version is right again
    }

    [Fact]
    public async Task Keeps_its_activation_when_the_grain_catches_the_conflict()
    {
        await Notebook("notebook/caught").Note("First");
        var activation = await Notebook("notebook/caught").Activation();
        host.Storage.Change("note", "notebook/caught");

        (await Notebook("notebook/caught").NoteAndForgive("Second")).ShouldBeFalse();

        (await Notebook("notebook/caught").Activation()).ShouldBe(activation);
    }

    [Fact]
    public async Task Fails_the_call_when_it_cannot_be_read_and_is_read_again_on_the_next()
    {
        host.Storage.FailsReading = "notebook/unreadable";
        var failure = await Should.ThrowAsync<OrleansException>(() => Notebook("notebook/unreadable").Last());
        failure.InnerException.ShouldBeOfType<IOException>();

        host.Storage.FailsReading = null;
        (await Notebook("notebook/unreadable").Last()).ShouldBe("");
    }

    private INotebookGrain Notebook(string key) => host.Grains.GetGrain<INotebookGrain>(key);
}
