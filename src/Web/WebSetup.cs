using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PublicBuyers.Access;
using PublicBuyers.Attachments;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Coordination;
using PublicBuyers.Inbox;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.Security;

namespace PublicBuyers;

/// <summary>The web side's table of contents.</summary>
public static class WebSetup
{
    /// <summary>Of a request to the API, and of a message on the live connection: the longest post with its wrapping, generously.</summary>
    public const int LargestBody = 64 * 1024;

    /// <remarks>Expects the grain factory, the directories, the clock and data protection from the host.</remarks>
    public static IServiceCollection AddPublicBuyersWeb(this IServiceCollection services, WebOptions web)
    {
        services.AddSingleton(web);
        services.AddTransient<Microsoft.AspNetCore.Hosting.IStartupFilter, Entrance>();   // first of all filters: around everything
        services.AddSingleton(CallPatience.Usual).AddSingleton<IOutgoingGrainCallFilter, PatientCalls>();
        services.AddAccess();
        services.AddReaderLanguage();
        services.AddRooms();
        services.AddSearch();
        services.AddModeration();
        services.AddPublications();
        services.AddBridges();
        services.AddSingleton<AttachmentDesk>();
        services.AddSingleton<PictureSizes>();
        services.AddLive();
        services.AddApi();
        services.AddPages();
        return services;
    }

    public static void MapPublicBuyersWeb(this WebApplication app)
    {
        var web = app.Services.GetRequiredService<WebOptions>();

        app.UseSecurityHeaders(web);
        app.UseMiddleware<Crowding>();
        app.UseMiddleware<Origins>();
        app.UseWhen(http => http.Request.IsForApi, api => api.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = Refusals.StatusOf }).UseStatusCodePages());
        app.UseMiddleware<UnreadableRequests>();
        app.UseAuthentication();
        app.UseRequestLocalization();   // once more, now that the profile is known
        app.UseAuthorization();
        app.UseMiddleware<LiveConnections>();
        app.UseMiddleware<OnePace>();
        app.UseMiddleware<NameFirst>();
        app.UseMiddleware<FormTokens>();
        app.UseMiddleware<SignInCrowding>();
        app.UseAntiforgery();

        app.MapLive();
        app.MapApi();
        app.MapPages();
    }

    private static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<SessionSeal>();
        services.AddSingleton<FormSpace>();
        services.AddSingleton<IncomingForms>();
        services.AddAuthentication(SessionCookie.Scheme_).AddScheme<AuthenticationSchemeOptions, SessionCookie>(SessionCookie.Scheme_, null);
        services.AddAuthorization();
        services.AddAntiforgery();
        services.AddOptions<Microsoft.AspNetCore.Antiforgery.AntiforgeryOptions>().Configure<WebOptions>((forms, web) =>
        {
            forms.Cookie.Name = web.IsSecure ? "__Host-publicbuyers-form" : "publicbuyers-form";
            forms.Cookie.SecurePolicy = web.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.SuppressXFrameOptionsHeader = true;   // frame-ancestors says it
        });
    }

    private static void AddRooms(this IServiceCollection services)
    {
        services.AddSingleton<PostPresenter>();
        services.AddSingleton<LongTexts>();
        services.AddSingleton<LongPages>();
        services.AddSingleton<MentionReading>();
    }

    private static void AddSearch(this IServiceCollection services) => services.AddSingleton<Finder>();

    private static void AddModeration(this IServiceCollection services)
    {
        services.AddSingleton<QueuePresenter>();
        services.AddSingleton<NamedRefusals>();
        services.AddSingleton<QueuesOf>();
        services.AddSingleton<RequestsOf>();
        services.AddSingleton<QueueLog>();
    }

    private static void AddPublications(this IServiceCollection services)
    {
        services.AddSingleton<PublicationReading>();
        services.AddSingleton<MemberReading>();
        services.AddSingleton<PublicationDesk>();
        services.AddSingleton<PublicationFeed>();
    }

    private static void AddBridges(this IServiceCollection services)
    {
        services.AddSingleton<BridgedThreads>();
        services.AddSingleton<BridgeReading>();
    }

    private static void AddLive(this IServiceCollection services)
    {
        services.AddSignalR(hub =>
        {
            hub.EnableDetailedErrors = false;
            hub.MaximumReceiveMessageSize = LargestBody;
            hub.SupportedProtocols = [LiveProtocol.Json];
            hub.AddFilter<UnreachedOverHub>();
        }).AddJsonProtocol(json => Wire.Configure(json.PayloadSerializerOptions));

        services.RemoveAll<IHubProtocol>();
        services.AddSingleton<LiveProtocol>();
        services.AddSingleton<IHubProtocol>(provider => provider.GetRequiredService<LiveProtocol>());
        services.AddSingleton<Outboxes<LiveHub>>();
        services.AddSingleton<HubLifetimeManager<LiveHub>>(provider => provider.GetRequiredService<Outboxes<LiveHub>>());

        services.AddSingleton<Followers>();
        services.AddSingleton<Feeds>();
        services.AddSingleton<Renames>();
        services.AddHostedService(provider => provider.GetRequiredService<Renames>());
        services.AddSingleton<Tallies>();
        services.AddSingleton<UnreadCounts>();
        services.AddSingleton<Unread>();
        services.AddSingleton<NoticePresenter>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<ConnectionTokens>();
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<FramePace>();
        services.AddSingleton<TcpConnections>();
        services.AddSingleton<Pace>();
        services.AddHostedService<SafetyNet>();
        services.AddHostedService<Pulse>();
    }

    private static void AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => Wire.Configure(json.SerializerOptions));
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();   // asked before the framework's
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Refusals.Finish);
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        services.AddOpenApi(documents => documents.ShouldInclude = operation => operation.RelativePath?.StartsWith("api/", StringComparison.Ordinal) is true);
    }

    private static void MapLive(this WebApplication app)
    {
        // As MapHub does, with a pace for messages below the hub.
        app.MapConnections(
            LiveHub.Path,
            new() { ApplicationMaxBufferSize = LargestBody, CloseOnAuthenticationExpiration = true },
            connection => connection.UsePace().UseHub<LiveHub>()).RequireAuthorization().WithMetadata(new LiveConnections.OfHub());

        // After the hub: what is registered last is called first, before SignalR lets go of its connections.
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Outboxes<LiveHub>>().SayFarewell);
    }

    private static void MapApi(this WebApplication app)
    {
        var api = app.MapGroup("/api").RequireAuthorization().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody)).ProducesProblem(StatusCodes.Status401Unauthorized);

        api.MapRoomsApi();
        api.MapInboxApi();
        api.MapPreview();
        api.MapSearchApi();
        api.MapAttachmentsApi();
        api.MapModerationApi();
        api.MapQueueApi();
        api.MapRequestsApi();
        api.MapPublicationsApi();
        api.MapCardApi();
        api.MapCommunityApi();
        api.MapMembersApi();
        api.MapBridgesApi();
        api.MapLongPoll();
        app.MapOpenApi().WithMetadata(PublicAnswer.Mark);
        app.MapSecurityText();
    }
}
