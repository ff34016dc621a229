// A small city: an OpenID Connect provider whose people are whoever types a name.
// node provider.mjs '{"port": …, "client": {…}}'    says "ready" when it listens
import Provider from "oidc-provider";

const { port, client } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`; // another site than the app, which browsers know as 127.0.0.1

const provider = new Provider(issuer, {
  clients: [client],
  cookies: { keys: ["for tests alone"] },
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: `user-${id}` }),
  }),
  // The city's own program: nobody is asked whether it may know who they are.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

provider.listen(port, "127.0.0.1", () => console.log("ready"));
