/** How answers by e-mail and pushes go, as the environment says: see messaging. */
export const notificationSettings = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    ["REPLY_DOMAIN", "REPLY_PORT", "PUSH_SERVICES", "MAIL_FROM"].flatMap((name) => {
      const value = env[name];
      return value ? [[name, value]] : [];
    }),
  );
