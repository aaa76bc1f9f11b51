namespace PublicBuyers.Bridges;

/// <summary>How a bridge and its threads are called.</summary>
public sealed class NamesOfBridges
{
    [Fact]
    public void A_bridge_is_the_same_from_both_sides()
    {
        new BridgeId(new("cpb"), new("ai")).ShouldBe(new(new CommunityId("ai"), new CommunityId("cpb")));
        new BridgeId(new("cpb"), new("ai")).Communities.ShouldBe([new("ai"), new("cpb")]);
    }

    [Fact]
    public void A_thread_names_its_bridge()
    {
        var thread = new BridgeId(new("cpb"), new("ai")).Thread(new("cpb"), 12);
        thread.Value.ShouldBe("cpb/+ai+12");
        RoomId.TryRead(thread.Value, out var read).ShouldBeTrue();
        (read.Bridge, read.Publication, read.HasDoorOfItsOwn).ShouldBe((new BridgeId(new("ai"), new("cpb")), null, true));
        new RoomId("cpb/general").Bridge.ShouldBeNull();
    }

    [Theory]
    [InlineData("cpb/+cpb+1")]
    [InlineData("cpb/+ai+0")]
    [InlineData("cpb/+ai+01")]
    [InlineData("cpb/+ai+")]
    [InlineData("cpb/+ai")]
    [InlineData("cpb/++1")]
    [InlineData("cpb/+-ai+1")]
    [InlineData("cpb/+AI+1")]
    [InlineData("cpb/+ai+1+2")]
    [InlineData("cpb/+ai+1\n")]
    [InlineData("cpb/+ai+9999999")]
    public void Anything_else_is_no_room(string text) => RoomId.TryRead(text, out _).ShouldBeFalse();
}
