// The token of a link that lets somebody in. It stands in the fragment, which no browser sends.
import { useEffect, useState } from 'react';

/** Takes the token out of the address at once, also of a link that is opened where the page is open already. Empty: none. */
export function useLinkToken(): string {
  const [token, setToken] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const take = () => {
      if (!location.hash) return;
      setToken(location.hash.slice(1));
      history.replaceState(history.state, '', location.pathname);
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}
