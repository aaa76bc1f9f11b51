using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Coordination;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Platform;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;

namespace PublicBuyers.Storage;

/// <summary>A short story in which every command of the product is given at least once.</summary>
internal static class Story
{
    private static readonly CommunityId Cpb = new("cpb");
    private static readonly RoomId General = new("cpb/general");
    private static readonly MemberId Lea = new("lea");   // leads
    private static readonly MemberId Dana = new("dana");   // moderates
    private static readonly MemberId Ada = new("ada");
    private static readonly MemberId Bo = new("bo");
    private static readonly MemberId Kim = new("kim");   // asks to join
    private static readonly MemberId Eve = new("eve");   // signs in
    private static readonly BrowserHash Browser = new("eves");
    private static readonly MemberId Root = new("root");   // administers

    public static async Task Tell(TheNthStorageCallFails.Telling story)
    {
        await story.Follows();   // effects begin where the journal ends
        await People(story);
        await Community(story);
        await Room(story);
        await Inboxes(story);
        await Queue(story);
        await Publications(story);
        await Arriving(story);
        await StateOfPlay(story);
        await Bridges(story);
        await Clearing(story);
        await Leaving(story);
    }

    private static async Task Clearing(TheNthStorageCallFails.Telling story)
    {
        var community = story.World.Grains.Community(Cpb);
        await story.Gives(new ClearMember { By = Dana, Request = Next(story), Member = Bo, Reason = "Advertised" }, community.ClearMember);
        var act = (await community.ClearingOf(Bo))!.Act;
        var settled = new MoveClearing { By = MemberId.System, Request = Next(story), Member = Bo, Act = act, State = ClearingState.Hiding };
        await story.Gives(settled, community.MoveClearing);
        await story.Gives(new UndoClearing { By = Dana, Request = Next(story), Member = Bo, Reason = "Somebody else" }, community.UndoClearing);
        await story.Gives(new TakeBackAll { By = Dana, Request = Next(story), Member = Bo }, story.World.Grains.Queue(Cpb).TakeBackAll);
        await story.Follows();
    }

    private static async Task People(TheNthStorageCallFails.Telling story)
    {
        var grains = story.World.Grains;
        foreach (var member in new[] { Lea, Dana, Ada, Bo, Kim, Root })
            await story.Gives(new RegisterMember { By = MemberId.System, Request = Next(story), Address = $"{member}@buyers.example" }, grains.Member(member).Register);
        await story.Gives(new ChangeProfile { By = Ada, Request = Next(story), Name = "Ada", Organisation = "City of Aa", Language = "fr", TimeZone = "Europe/Brussels" }, grains.Member(Ada).ChangeProfile);
        await story.Gives(new StartSession { By = Ada, Request = Next(story), Session = new("s1"), Device = "Browser" }, grains.Member(Ada).StartSession);
        await story.Gives(new EndSession { By = Ada, Request = Next(story), Session = new("s1") }, grains.Member(Ada).EndSession);
        await story.Gives(new AppointAdministrator { By = MemberId.System, Request = Next(story) }, grains.Member(Root).AppointAdministrator);
        await story.Gives(new DismissAdministrator { By = MemberId.System, Request = Next(story), Number = 1 }, grains.Member(Bo).DismissAdministrator);
        await story.Gives(new InviteAdministrator { By = MemberId.System, Request = Next(story), TokenHash = new('a', 64) }, grains.Platform().InviteAdministrator);
        await story.Gives(new AcceptInvitation { By = MemberId.System, Request = Next(story), TokenHash = new('a', 64), Member = Lea }, grains.Platform().AcceptInvitation, prepares: Streams.Platform);
        await story.Gives(new ChangeAdministrator { By = Lea, Request = Next(story), Member = Root }, grains.Platform().Appoint, prepares: Streams.Platform);
        await story.Gives(new ChangeAdministrator { By = Lea, Request = Next(story), Member = Root }, grains.Platform().Dismiss, prepares: Streams.Platform);
        await story.Gives(new ChangeAdministrator { By = Lea, Request = Next(story), Member = Root }, grains.Platform().Appoint, prepares: Streams.Platform);
        await story.Gives(new EffectRefused(1, "member.absent") { By = MemberId.System, Request = Next(story) }, grains.GetGrain<IPlatformEffects>(Streams.Platform).EffectRefused);
        await story.Gives(new ClaimKind { By = Ada, Request = Next(story), Kind = MemberKind.Buyer }, grains.Member(Ada).ClaimKind);
        await story.Gives(new PresentMember { By = Ada, Request = Next(story), Presentation = new("BE", ["fr"], ["BIM"], true) }, grains.Member(Ada).Present);
        await story.Gives(new ConfirmKind { By = Root, Request = Next(story), Kind = MemberKind.Buyer }, grains.Member(Ada).ConfirmKind);

        var address = grains.Address(story.World.AddressKeys.KeyOf("eve@buyers.example"));
        await story.Gives(Asks("eve@buyers.example", story), address.Ask);
        var another = grains.Address(story.World.AddressKeys.KeyOf("eve+news@buyers.example"));
        await story.Gives(Asks("eve+news@buyers.example", story), another.Ask, prepares: "address/");
        var mailbox = grains.GetGrain<IAddressMailbox>(Streams.Of(story.World.AddressKeys.KeyOf("eve@buyers.example")));
        var count = new CountMail { By = MemberId.System, Request = Next(story), Asking = new(Browser, false, true) };
        await story.Gives(count, mailbox.Count);
        await story.Follows();
        var code = story.World.Mailbox.Mails.Last(mail => mail.To == "eve@buyers.example").Text.Split('\n')[^1];
        var redeem = new RedeemLink { By = MemberId.System, Request = Next(story), Code = code, NewMember = Eve };
        await story.Gives(redeem with { Browser = Browser }, address.Redeem);
        await story.Gives(new ClaimAddress { By = MemberId.System, Request = Next(story), Member = new("max") }, grains.Address(story.World.AddressKeys.KeyOf("max@buyers.example")).Claim);
        await story.Follows();
    }

    private static AskForLink Asks(string address, TheNthStorageCallFails.Telling story) =>
        new() { By = MemberId.System, Request = Next(story), Address = address, Language = "en", Browser = Browser };

    private static async Task Community(TheNthStorageCallFails.Telling story)
    {
        var community = story.World.Grains.Community(Cpb);
        await story.Gives(new FoundCommunity { By = MemberId.System, Request = Next(story), Name = "CPB", Access = Communities.Access.Open, Goal = "Buying well", Leader = Lea }, community.Found);
        foreach (var member in new[] { Ada, Bo })
            await story.Gives(new JoinCommunity { By = member, Request = Next(story) }, community.Join);
        await story.Gives(new ChangeSettings { By = Lea, Request = Next(story), Name = "CPB", Access = Communities.Access.OnRequest, Goal = "Buying well", Contact = "desk@buyers.example" }, community.ChangeSettings);
        await story.Gives(new AdmitMember { By = MemberId.System, Request = Next(story), Member = Dana, ApprovedBy = Lea }, community.AdmitMember);
        await story.Gives(new ChangeRole { By = Lea, Request = Next(story), Member = Dana, Role = Role.Moderator }, community.ChangeRole);
        await story.Gives(new PublishContact { By = Dana, Request = Next(story), Contact = "dana@buyers.example" }, community.PublishContact);
        await story.Gives(new AnnounceAbsence { By = Dana, Request = Next(story), From = story.World.Clock.Now, Until = story.World.Clock.Now.AddDays(1), Substitute = Lea }, community.AnnounceAbsence);
        await story.Gives(new EndAbsence { By = Dana, Request = Next(story) }, community.EndAbsence);
        await story.Gives(new ChangeHours { By = Lea, Request = Next(story), Hours = WorkingHours.Usual with { LeadersAfter = 8 } }, story.World.Grains.Queue(Cpb).ChangeHours);
        await story.Gives(new OpenRoom { By = Lea, Request = Next(story), Slug = "trams", Name = "Trams", TopicGroup = true }, community.OpenRoom);
        await story.Gives(new InviteMembers { By = Lea, Request = Next(story), Addresses = ["zoe@buyers.example"] }, community.Invite, prepares: "address/");

        var invited = story.World.Grains.GetGrain<IAddressInvitations>(Streams.Of(story.World.AddressKeys.KeyOf("yan@buyers.example")));
        await story.Gives(new KeepInvitation { By = MemberId.System, Request = Next(story), Community = Cpb, Address = "yan@buyers.example" }, invited.Keep);
        await story.Gives(new TellInvitation { By = MemberId.System, Request = Next(story), Community = Cpb, InvitedBy = Lea }, invited.Tell);
        await story.Gives(new RestrictMember { By = Dana, Request = Next(story), Member = Bo, Kind = RestrictionKind.Mute, Until = FakeClock.Noon.AddDays(3), Reason = "Advertised" }, community.Restrict);
        await story.Gives(new LiftRestriction { By = Dana, Request = Next(story), Member = Bo, Reason = "Understood" }, community.Lift);
        await story.Follows();
    }

    private static async Task Room(TheNthStorageCallFails.Telling story)
    {
        var room = story.World.Grains.Room(General);
        foreach (var text in new[] { "Who buys trams?", "We do.", "A third one" })
            await story.Gives(new PostMessage { By = Ada, Request = Next(story), Markdown = text }, room.Post, prepares: "member/");   // newcomers are counted first
        await story.Gives(new PostMessage { By = Bo, Request = Next(story), Markdown = "So do we.", Thread = new(1) }, room.Post, prepares: "member/");
        await story.Gives(new CountNewcomerPost { By = MemberId.System, Request = Next(story) }, story.World.Grains.Member(Bo).CountNewcomerPost);
        await story.Gives(new TrustMember { By = Dana, Request = Next(story), Member = Bo }, story.World.Grains.Community(Cpb).Trust);
        await story.Gives(new EditPost { By = Ada, Request = Next(story), Number = new(1), Markdown = "Who has bought trams?" }, room.Edit);
        await story.Gives(new ReactToPost { By = Bo, Request = Next(story), Number = new(1), Reaction = Reaction.Useful, Reacts = true }, room.React);
        await story.Gives(new PinPost { By = Dana, Request = Next(story), Number = new(1), Pinned = true }, room.Pin);
        await story.Gives(new HidePost { By = Dana, Request = Next(story), Number = new(2), Hidden = true, Reason = "Names a tenderer" }, room.Hide);
        await story.Gives(new LockThread { By = Dana, Request = Next(story), Number = new(1), Locked = true, Reason = "Answered" }, room.Lock);
        await story.Gives(new SetSlowMode { By = Dana, Request = Next(story), Seconds = 30, Reason = "One at a time" }, room.SlowDown);
        await story.Gives(new DeletePost { By = Dana, Request = Next(story), Number = new(4), Reason = "Off topic" }, room.Delete);
        await story.Follows();
    }

    private static async Task Inboxes(TheNthStorageCallFails.Telling story)
    {
        var inbox = story.World.Grains.Inbox(Ada);
        await story.Gives(new TellMember { By = MemberId.System, Request = Next(story), Kind = NoticeKind.Mention, Room = General, Post = new(3), Actor = Bo }, inbox.Tell);
        await story.Gives(new TellOfCommunity { By = MemberId.System, Request = Next(story), Kind = NoticeKind.Standing, Of = new(Cpb, null, null, null, Role.Member, null), Actor = Lea }, inbox.TellOf);
        await story.Gives(new ReadNotices { By = Ada, Request = Next(story), Upto = 1 }, inbox.Read);
        await story.Gives(new WithdrawNotices { By = MemberId.System, Request = Next(story), Room = General, Post = new(3) }, inbox.Withdraw);
        await story.Gives(new MuteRoom { By = Ada, Request = Next(story), Room = General, Muted = true }, inbox.MuteRoom);
        await story.Gives(new MuteMember { By = Ada, Request = Next(story), Member = Bo, Muted = true }, inbox.MuteMember);
    }

    private static async Task Queue(TheNthStorageCallFails.Telling story)
    {
        var queue = story.World.Grains.Queue(Cpb);
        var asked = await story.Gives(new AskToJoin { By = Kim, Request = Next(story), Message = "I buy trams." }, queue.Ask);
        var claim = await story.Gives(new ClaimItem { By = Dana, Request = Next(story), Number = asked }, queue.Claim);
        await story.Gives(new ReleaseItem { By = Dana, Request = Next(story), Number = asked, Fence = claim.Fence }, queue.Release);
        var decided = await story.Gives(new DecideItem { By = Dana, Request = Next(story), Number = asked, Version = 1, Verdict = Verdict.Approved }, queue.Decide);
        await story.Gives(new UndoDecision { By = Dana, Request = Next(story), Number = asked, Version = decided.Version }, queue.Undo);
        await story.Gives(new DecideItem { By = Dana, Request = Next(story), Number = asked, Version = decided.Version + 1, Verdict = Verdict.Rejected, Reason = "Not a buyer" }, queue.Decide);
        story.World.Clock.Move(QueueLimits.UndoWindow);
        await story.Gives(
            new DueCommand(QueueRules.DueOf(asked), story.World.Clock.Now) { By = MemberId.System, Request = Next(story) },
            async command =>
            {
                await story.World.Grains.GetGrain<IQueueDue>(Streams.QueueOf(Cpb)).Due(command);
                return (Outcome<Done>)Done.Value;
            });
        await story.Follows();

        var appeal = await story.Gives(new AppealDecision { By = Kim, Request = Next(story), Number = asked, Message = "I do buy." }, queue.Appeal);
        await story.Gives(
            new DecideItems { By = Lea, Request = Next(story), Items = [new(appeal, 1)], Verdict = Verdict.Approved, Reason = "So it is" },
            async command => (Outcome<Done>)((await queue.DecideAll(command)) is [{ Refusal: { } why }] ? why : Done.Value));
        story.World.Clock.Move(QueueLimits.UndoWindow);
        await story.World.Attend();
        await story.Gives(new SettleItem { By = MemberId.System, Request = Next(story), Number = appeal }, queue.Settle);
        var reported = await story.Gives(new ReportPost { By = Bo, Request = Next(story), Room = General, Post = new(1), Message = "Advertising" }, queue.Report);
        story.World.Vitality.State = VitalityState.Dormant;
        await story.Gives(new LookAgain { By = MemberId.System, Request = Next(story) }, queue.LookAgain);
        story.World.Vitality.State = VitalityState.Active;
        await story.Gives(new WithdrawItem { By = Bo, Request = Next(story), Number = reported }, queue.Withdraw);
    }

    private static async Task Publications(TheNthStorageCallFails.Telling story)
    {
        var (queue, id) = (story.World.Grains.Queue(Cpb), new PublicationId(Cpb, new string('p', 24)));
        var publication = story.World.Grains.Publication(id);
        await story.Gives(new WritePublication { By = Ada, Request = Next(story), Content = Says("Trams"), Seen = 0 }, publication.Write);
        await story.Gives(new SubmitPublication { By = Ada, Request = Next(story), Version = 1 }, publication.Submit);
        await story.Follows();
        await story.Gives(new TakeBackPublication { By = Ada, Request = Next(story) }, publication.TakeBack);
        await story.Follows();
        await story.Gives(new WritePublication { By = Ada, Request = Next(story), Content = Says("More trams"), Seen = 1 }, publication.Write);
        await story.Gives(new SubmitPublication { By = Ada, Request = Next(story), Version = 2 }, publication.Submit);
        await story.Gives(new SubmitWork { By = Ada, Request = Next(story), Work = new(id, 2, PublicationKind.News, "More trams") }, queue.Submit);
        await story.Gives(new TakeBackWork { By = Ada, Request = Next(story), Publication = id, Version = 2 }, queue.TakeBack);
        await story.Gives(new SettleSubmission { By = MemberId.System, Request = Next(story), Version = 2, Verdict = Verdict.Approved, DecidedBy = Dana }, publication.Settle);
        await story.Gives(new MoveDoor { By = MemberId.System, Request = Next(story) }, story.World.Grains.Room(id.Comments).MoveDoor);
        await story.Gives(new PostMessage { By = Bo, Request = Next(story), Markdown = "Well said." }, story.World.Grains.Room(id.Comments).Post);
        await story.Gives(new WithdrawPublication { By = Dana, Request = Next(story), Reason = "Names a tenderer", Clearing = 7 }, publication.Withdraw);
        await story.Gives(new ShowPublication { By = Dana, Request = Next(story), Clearing = 7 }, publication.Show);
    }

    private static PublicationContent Says(string title) => new(PublicationKind.News, title, "", "They were **bought**.", Classification.Community, [], []);

    private static async Task Arriving(TheNthStorageCallFails.Telling story)
    {
        var (community, queue) = (story.World.Grains.Community(Cpb), story.World.Grains.Queue(Cpb));
        await story.Gives(new RestrictMember { By = Dana, Request = Next(story), Member = Bo, Kind = RestrictionKind.Mute, Reason = "Advertised again" }, community.Restrict);
        await story.Gives(new AppealRestriction { By = Bo, Request = Next(story), Message = "It was none." }, queue.AppealRestriction);
        await story.Gives(new ChangeSettings { By = Lea, Request = Next(story), Name = "CPB", Access = Communities.Access.Open, Goal = "Buying well", Contact = "desk@buyers.example" }, community.ChangeSettings);
        await story.Gives(new NoteArrival { By = MemberId.System, Request = Next(story), Sign = ArrivalSign.Joined, Member = Eve, At = story.World.Clock.Now }, queue.NoteArrival);
        await story.Gives(new AnswerArrival { By = Dana, Request = Next(story), Member = Eve, Act = ArrivalAct.Welcome }, queue.AnswerArrival);
        await story.Gives(new CloseCommunity { By = Lea, Request = Next(story), Reason = "All is bought" }, community.Close);
        await story.Gives(new ReopenCommunity { By = Lea, Request = Next(story) }, community.Reopen);
        await story.Gives(new SaveFilter { By = Dana, Request = Next(story), Filter = new("Mine", Cpb, null, false, "") }, story.World.Grains.Member(Dana).SaveFilter);
        await story.Gives(new DropFilter { By = Dana, Request = Next(story), Name = "Mine" }, story.World.Grains.Member(Dana).DropFilter);
    }

    private static async Task StateOfPlay(TheNthStorageCallFails.Telling story) =>
        await story.Gives(new WriteCard { By = Lea, Request = Next(story), Card = Card.Empty with { Goal = "To buy well." }, Seen = 0 }, story.World.Grains.StateOfPlay(Cpb).Write);

    private static async Task Bridges(TheNthStorageCallFails.Telling story)
    {
        var (ai, bridge) = (new CommunityId("ai"), story.World.Grains.Bridge(new(new("ai"), Cpb)));
        await story.Gives(new FoundCommunity { By = MemberId.System, Request = Next(story), Name = "AI", Access = Communities.Access.Open, Goal = "Clauses", Leader = Root }, story.World.Grains.Community(ai).Found);
        await story.Gives(new ProposeBridge { By = Root, Request = Next(story), Side = ai, Room = new(ai, "general"), Message = "Let us talk" }, bridge.Propose);
        await story.Gives(new TakeBackBridge { By = Root, Request = Next(story), Side = ai }, bridge.TakeBack);
        await story.Gives(new ProposeBridge { By = Root, Request = Next(story), Side = ai, Room = new(ai, "general") }, bridge.Propose);
        await story.Gives(new DeclineBridge { By = Lea, Request = Next(story), Side = Cpb, Version = 3, Reason = "Not now" }, bridge.Decline);
        await story.Gives(new ProposeBridge { By = Lea, Request = Next(story), Side = Cpb, Room = General }, bridge.Propose);
        await story.Gives(new AgreeToBridge { By = Root, Request = Next(story), Side = ai, Room = new(ai, "general"), Version = 5 }, bridge.Agree);
        var thread = await story.Gives(new OpenBridgedThread { By = Dana, Request = Next(story), Side = Cpb, Title = "Clauses" }, bridge.OpenThread);
        await story.Gives(new PostMessage { By = Root, Request = Next(story), Markdown = "From across." }, story.World.Grains.Room(thread).Post);
        await story.Gives(new EndBridge { By = Lea, Request = Next(story), Side = Cpb, Reason = "All is said" }, bridge.End);
        await story.Follows();
    }

    private static async Task Leaving(TheNthStorageCallFails.Telling story) =>
        await story.Gives(new LeaveCommunity { By = Bo, Request = Next(story) }, story.World.Grains.Community(Cpb).Leave);

    private static RequestId Next(TheNthStorageCallFails.Telling story) => new(story.World.Ids.Next());
}
